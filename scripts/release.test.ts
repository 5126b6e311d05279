import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';

const SCRIPT = fileURLToPath(new URL('./release.mjs', import.meta.url));
const CHANGELOG = `# Changelog

## Unreleased

### Added

- A second command.

## 0.1.0 - 2026-01-02

- The first release.
`;

const folder = temporaryFolder();
const read = (file: string) => readFileSync(folder.join(file), 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.path, encoding: 'utf8' }).trim();
const release = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
};

beforeEach(() => {
  const manifest = { name: 'some-package', version: '0.1.0' };
  writeFileSync(folder.join('package.json'), JSON.stringify({ ...manifest, files: ['CHANGELOG.md'] }));
  writeFileSync(folder.join('package-lock.json'), JSON.stringify({ ...manifest, packages: { '': { ...manifest } } }));
  writeFileSync(folder.join('CHANGELOG.md'), CHANGELOG);
  writeFileSync(folder.join('.gitignore'), 'release/\n');
  git('init', '--quiet');
  git('config', 'user.name', 'Tester');
  git('config', 'user.email', 'tester@example.com');
  git('add', '.');
  git('commit', '--quiet', '-m', 'start');
});

describe('a release', () => {
  it('sets the version, dates the changelog, packs with a checksum, commits and tags', () => {
    expect(release('0.2.0')).toMatchObject({ status: 0 });

    const today = new Date().toISOString().slice(0, 10);
    expect(read('CHANGELOG.md')).toBe(CHANGELOG.replace('## Unreleased\n', `## Unreleased\n\n## 0.2.0 - ${today}\n`));
    expect(JSON.parse(read('package.json')).version).toBe('0.2.0');
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' } },
    });
    const tarball = 'some-package-0.2.0.tgz';
    const sha256 = createHash('sha256')
      .update(readFileSync(folder.join('release', tarball)))
      .digest('hex');
    expect(read(`release/${tarball}.sha256`)).toBe(`${sha256}  ${tarball}\n`);
    expect(git('log', '-1', '--format=%s')).toBe('release: 0.2.0');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
    expect(git('tag', '-n9', 'v0.2.0')).toContain('A second command.');
  });

  it('may be the first one, with the version that package.json has already', () => {
    expect(release('0.1.0')).toMatchObject({ status: 0 });
    expect(git('tag', '--list')).toBe('v0.1.0');
  });

  it('changes nothing in a dry run, and shows what it would release', () => {
    const { status, said } = release('1.0.0', '--dry-run');
    expect(status).toBe(0);
    expect(said).toContain('0.1.0 -> 1.0.0');
    expect(said).toContain('- A second command.');
    expect(said).not.toContain('The first release.');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag', '--list')).toBe('');
    expect(existsSync(folder.join('release'))).toBe(false);
  });

  it('leaves everything as it was if packing fails', () => {
    writeFileSync(
      folder.join('package.json'),
      JSON.stringify({ name: 'x', version: '0.1.0', scripts: { prepare: 'exit 1' } }),
    );
    git('commit', '--quiet', '-am', 'a build that fails');
    expect(release('0.2.0').status).toBe(1);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag', '--list')).toBe('');
  });
});

describe('a release is refused', () => {
  it('if the working tree has changes', () => {
    writeFileSync(folder.join('new.txt'), '');
    expect(release('0.2.0')).toMatchObject({ status: 1, said: expect.stringContaining('new.txt') });
  });

  it('if the tag exists', () => {
    git('tag', 'v0.2.0');
    expect(release('0.2.0')).toMatchObject({ status: 1, said: expect.stringContaining('v0.2.0 exists already') });
  });

  it('if nothing is unreleased', () => {
    writeFileSync(folder.join('CHANGELOG.md'), CHANGELOG.replace(/### Added[\s\S]*?command\.\n/, ''));
    git('commit', '--quiet', '-am', 'nothing');
    expect(release('0.2.0')).toMatchObject({ status: 1, said: expect.stringContaining('nothing to release') });
  });

  it.each(['0.0.9', '1.2', 'next'])('if the version is %s', (version) => {
    expect(release(version)).toMatchObject({ status: 1, said: expect.stringContaining(version) });
  });

  it('without a version', () => {
    expect(release()).toMatchObject({ status: 1, said: expect.stringContaining('Usage') });
  });
});
