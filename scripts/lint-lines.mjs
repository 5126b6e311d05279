/**
 * What the other linters cannot say: comment lines end at column 120, source files have at most 300 lines.
 * Code lines are the formatter's business, and strings may be longer.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_COLUMNS = 120;
const MAX_LINES = 300;
const COMMENT = /^\s*(?:\/\/|\/\*|\*)/;
const TEST = /\.(?:test|fixture)\.ts$|^tests\//;

const { stdout, status, error } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs'], {
  encoding: 'utf8',
});
if (status !== 0) throw error ?? new Error('git ls-files failed: run this in the repository.');

const faults = [];
for (const file of stdout.split('\n').filter(Boolean)) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (lines.length > MAX_LINES && !TEST.test(file)) {
    faults.push(`${file}: ${lines.length} lines; a source file has at most ${MAX_LINES}. Move a concept out.`);
  }
  for (const [index, line] of lines.entries()) {
    if (COMMENT.test(line) && [...line].length > MAX_COLUMNS) {
      faults.push(`${file}:${index + 1}: a comment line of ${[...line].length} characters; it ends at ${MAX_COLUMNS}.`);
    }
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
