/**
 * Everything that must hold, fast things first: lint, types, then the tests. Stops at the first that fails, and ends
 * with one line for people and scripts in every case (`tests/reporter.ts` writes it where vitest runs).
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** They need a Vulkan driver in software, which comes from Debian's packages: a machine without these goes without them. */
function gpuTests() {
  const { status } = spawnSync(process.execPath, ['tests/gpu/have-driver.ts'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return ['--project', 'gpu'];
  console.log('The GPU tests are left out (npm run test:gpu runs them where they can).');
  return [];
}

const SOURCES = [
  'core',
  'workflows',
  'activities',
  'workers',
  'client',
  'cli',
  'bench',
  'examples',
  'tests',
  'scripts',
];

const CHECKS = [
  ['lint', 'biome', 'check', '.'],
  ['imports', 'depcruise', ...SOURCES],
  ['dead code', 'knip'],
  ['types', 'tsc', '--noEmit'],
  ['tests', 'vitest', 'run', '--project', 'unit', '--project', 'integration', ...gpuTests()],
];

for (const [name, command, ...args] of CHECKS) {
  console.log(`\n> ${name}: ${[command, ...args].join(' ')}`);
  const started = Date.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: false });
  if (error) console.error(error.message);
  if (status !== 0) {
    if (name !== 'tests') console.log(`\n${name} failed; the tests were not run.\n0 passed, 1 failed`);
    process.exit(status ?? 1);
  }
  if (name !== 'tests') console.log(`${name} passed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
