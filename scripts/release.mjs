/**
 * Makes a release: moves the changelog's Unreleased section under a version, sets the version in package.json and
 * package-lock.json, packs the tarball with a SHA-256 file beside it (in `release/`), commits, and tags the commit.
 * Pushes and publishes nothing.
 *
 *   npm run release -- 0.2.0 [--dry-run]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const USAGE = 'Usage: npm run release -- VERSION [--dry-run]';
const FOLDER = 'release';
const CHANGED = ['CHANGELOG.md', 'package.json', 'package-lock.json'];

try {
  release(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function release(args) {
  const dryRun = args.includes('--dry-run');
  const [version, ...others] = args.filter((arg) => arg !== '--dry-run');
  if (!version || others.length > 0 || version.startsWith('-')) throw new Error(USAGE);

  const before = JSON.parse(readFileSync('package.json', 'utf8')).version;
  checkVersion(version, before);
  const tag = `v${version}`;
  checkRepository(tag);
  const { changelog, notes } = releasedChangelog(readFileSync('CHANGELOG.md', 'utf8'), version);

  console.log(`${before} -> ${version}\n\n${notes}\n`);
  if (dryRun) {
    console.log(
      `Dry run: nothing was changed. It would pack ${FOLDER}/, commit "${subject(version)}" and tag it ${tag}.`,
    );
    return;
  }

  try {
    writeFileSync('CHANGELOG.md', changelog);
    for (const file of ['package.json', 'package-lock.json']) setVersion(file, version);
    const tarball = pack();
    git('add', '--', ...CHANGED);
    git('commit', '--quiet', '-m', subject(version));
    git('tag', '-a', tag, '-m', `${tag}\n\n${notes}`);
    console.log(`Packed   ${tarball} and ${tarball}.sha256\nTagged   ${tag}`);
    console.log(`Next     git push --follow-tags && npm publish ${tarball}`);
  } catch (error) {
    git('checkout', '--quiet', 'HEAD', '--', ...CHANGED);
    throw error;
  }
}

function subject(version) {
  return `release: ${version}`;
}

/** The first release may have the version that package.json has already; a later one that is not higher has a tag. */
function checkVersion(version, before) {
  const form = /^(\d+)\.(\d+)\.(\d+)$/;
  const wanted = form.exec(version);
  if (!wanted) throw new Error(`${version} is not a version of the form 1.2.3.\n${USAGE}`);
  const current = form.exec(before);
  for (const part of [1, 2, 3]) {
    const difference = Number(wanted[part]) - Number(current[part]);
    if (difference > 0) return;
    if (difference < 0) throw new Error(`${version} is lower than the version in package.json, ${before}.`);
  }
}

function checkRepository(tag) {
  const dirty = git('status', '--porcelain');
  if (dirty !== '') throw new Error(`The working tree is not clean. Commit or stash these first:\n${dirty}`);
  if (git('tag', '--list', tag) !== '') throw new Error(`The tag ${tag} exists already. Choose a higher version.`);
}

/** The Unreleased section gets the version and today's date (UTC), and an empty one takes its place. */
function releasedChangelog(text, version) {
  const [, head, notes, rest] = /^([\s\S]*?\n## Unreleased\n)([\s\S]*?)(\n## [\s\S]*)?$/.exec(text) ?? [];
  if (notes === undefined) throw new Error('CHANGELOG.md has no section "## Unreleased".');
  if (notes.trim() === '')
    throw new Error('The section "Unreleased" of CHANGELOG.md is empty: there is nothing to release.');
  const date = new Date().toISOString().slice(0, 10);
  return {
    notes: notes.trim(),
    changelog: `${head}\n## ${version} - ${date}\n\n${notes.trim()}\n${rest ?? ''}`,
  };
}

function setVersion(file, version) {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  content.version = version;
  if (content.packages) content.packages[''].version = version;
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** `npm pack` runs npm's `prepare`, which builds dist/. */
function pack() {
  mkdirSync(FOLDER, { recursive: true });
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm'];
  const output = run(command, ...first, 'pack', '--json', '--pack-destination', FOLDER);
  const [{ filename }] = JSON.parse(output.slice(output.indexOf('[')));
  const tarball = join(FOLDER, filename);
  const sha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  // The form that `sha256sum -c` reads, from the folder that the file lies in.
  writeFileSync(`${tarball}.sha256`, `${sha256}  ${filename}\n`);
  return tarball;
}

function git(...args) {
  return run('git', ...args).trimEnd();
}

function run(command, ...args) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
