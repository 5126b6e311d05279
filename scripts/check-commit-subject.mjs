/**
 * Checks that commit subjects have the form `area: what changes for whom` and at most 72 characters.
 *
 *   node scripts/check-commit-subject.mjs origin/main..HEAD     every commit of a range, merges left out
 *   node scripts/check-commit-subject.mjs --file FILE           the message in a file, as git's commit-msg hook has it
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MOST_CHARACTERS = 72;
/** `core/corpus, docs: …`: one or more areas in lower case. */
const FORM = /^[a-z0-9][a-z0-9./-]*(, [a-z0-9][a-z0-9./-]*)*: \S/;
/** Git writes these itself; `fixup!` and `squash!` are gone once the branch is rebased. */
const BY_GIT = /^(Merge |Revert ")/;

const args = process.argv.slice(2);
if (args.length === 0 || (args[0] === '--file' && !args[1])) {
  console.error('Usage: node scripts/check-commit-subject.mjs RANGE | --file FILE');
  process.exit(2);
}

const faults = subjects(args).flatMap(({ name, subject }) =>
  faultsOf(subject).map((fault) => `${name}: ${fault}\n  ${subject}`),
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);

function subjects([first, file]) {
  if (first === '--file') return [{ name: file, subject: readFileSync(file, 'utf8').split('\n')[0] }];
  const log = execFileSync('git', ['log', '--no-merges', '--format=%h %s', first, '--'], { encoding: 'utf8' });
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }));
}

function faultsOf(subject) {
  if (BY_GIT.test(subject)) return [];
  const faults = [];
  const { length } = [...subject];
  if (length > MOST_CHARACTERS) faults.push(`the subject has ${length} characters; at most ${MOST_CHARACTERS}`);
  if (!FORM.test(subject)) faults.push('the subject does not have the form `area: what changes for whom`');
  if (subject.endsWith('.')) faults.push('the subject ends with a full stop');
  return faults;
}
