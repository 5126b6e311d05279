/**
 * Runs every check, the fast ones first: lint, types, then the tests. Stops at the first that fails. The last line is
 * always `N passed, M failed` (from `tests/reporter.ts` if vitest ran).
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** They need a Vulkan driver in software from Debian's packages, and are left out where these cannot be reached. */
function gpuTests() {
  const { status } = spawnSync(process.execPath, ['tests/gpu/have-driver.ts'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return ['--project', 'gpu'];
  console.log('The GPU tests are left out. Run them with: npm run test:gpu');
  return [];
}

const SOURCES = [
  'core',
  'workflows',
  'activities',
  'workers',
  'client',
  'server',
  'cli',
  'bench',
  'infra',
  'examples',
  'tests',
  'scripts',
];

const CHECKS = [
  ['lint', 'biome', 'check', '.'],
  ['imports', 'depcruise', ...SOURCES],
  ['lines', process.execPath, 'scripts/lint-lines.mjs'],
  ['dead code', 'knip'],
  ['types', 'tsc', '--noEmit'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'server/page/browser'],
  ['tests', 'vitest', 'run', '--project', 'unit', '--project', 'integration*', ...gpuTests()],
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
