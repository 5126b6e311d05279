import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';

const SCRIPT = fileURLToPath(new URL('./check-commit-subject.mjs', import.meta.url));
const folder = temporaryFolder();

function check(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder.path, encoding: 'utf8' });
  return { status, stderr };
}

function checkSubject(subject: string) {
  writeFileSync(folder.join('message'), `${subject}\n\nThe body may say anything.`);
  return check('--file', 'message');
}

describe('a commit subject', () => {
  it.each([
    'corpus: PDF tables keep their column order',
    'core/rate-limit, docs: a limit of 0 is refused',
    'Merge branch ‘main’ into readers',
    'Revert "corpus: PDF tables keep their column order"',
    `docs: ${'a'.repeat(66)}`,
  ])('is accepted: %s', (subject) => expect(checkSubject(subject)).toEqual({ status: 0, stderr: '' }));

  it.each([
    ['PDF tables keep their column order', 'form'],
    ['Corpus: PDF tables', 'form'],
    ['corpus:PDF tables', 'form'],
    ['corpus: PDF tables keep their order.', 'full stop'],
    [`docs: ${'a'.repeat(67)}`, '73 characters'],
  ])('is refused: %s', (subject, reason) =>
    expect(checkSubject(subject)).toEqual({ status: 1, stderr: expect.stringContaining(reason) }),
  );
});

it('every commit of a range is checked and named', () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.path, encoding: 'utf8' }).trim();
  const commit = (subject: string) =>
    git(
      ...['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com'],
      ...['commit', '--quiet', '--allow-empty', '-m', subject],
    );
  git('init', '--quiet');
  commit('Before this rule');
  git('tag', 'base');
  commit('docs: a page about readers');
  expect(check('base..HEAD')).toEqual({ status: 0, stderr: '' });
  commit('one without an area');
  const { status, stderr } = check('base..HEAD');
  expect(status).toBe(1);
  expect(stderr).toContain(`${git('rev-parse', '--short', 'HEAD')}: the subject does not have the form`);
  expect(stderr).not.toContain('Before this rule');
});
