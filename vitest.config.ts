import { defineConfig } from 'vitest/config';

/** ONNX Runtime reports nothing to its maker from a developer's machine. Integration tests check that of `hone`. */
const quiet = { ORT_DISABLE_TELEMETRY: '1' };

export default defineConfig({
  test: {
    reporters: ['default', './tests/reporter.ts'],
    // `npm run coverage`. Only files that a test loads are counted, so that the coverage of a single folder is
    // meaningful.
    coverage: {
      provider: 'v8',
      reporter: ['text', 'html'],
      reportsDirectory: 'coverage',
      exclude: ['**/*.test.ts', '**/*.fixture.ts', '**/fixtures/**', 'tests/**'],
    },
    projects: [
      {
        test: {
          name: 'unit',
          // The language of the terminal is that of the developer's locale.
          env: { ...quiet, HONE_LANG: 'en' },
          // The slowest take two seconds; on a loaded machine they may take ten times as long.
          testTimeout: 30_000,
          // By default a core is kept free, which on two cores leaves one.
          maxWorkers: '100%',
          // First, as they are fast. Not 0: tests of a single worker with that order are put after all others.
          sequence: { groupOrder: 1 },
          include: [
            'core/**/*.test.ts',
            'cli/**/*.test.ts',
            'client/**/*.test.ts',
            'server/**/*.test.ts',
            'activities/**/*.test.ts',
            'workers/**/*.test.ts',
            'workflows/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'infra/**/*.test.ts',
            'tests/unit/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          env: { HONE_LANG: 'en' },
          include: ['tests/integration/**/*.test.ts'],
          exclude: ['tests/integration/undisturbed/**'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each starts servers and workers of its own, and waits a third of its time for timeouts of these.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'integration-undisturbed',
          env: { HONE_LANG: 'en' },
          include: ['tests/integration/undisturbed/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // They measure how long something takes.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'faults',
          env: { HONE_LANG: 'en' },
          include: ['tests/faults/**/*.test.ts'],
          // A hundred kills, each of which may be noticed only after the heartbeat timeout of a worker.
          testTimeout: 7_200_000,
          hookTimeout: 600_000,
          // One of the tests measures how long recovery takes.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'interop',
          env: { ...quiet, HONE_LANG: 'en' },
          include: ['tests/interop/**/*.test.ts'],
          globalSetup: ['tests/interop/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'gpu',
          env: quiet,
          include: ['tests/gpu/**/*.test.ts'],
          globalSetup: ['tests/gpu/setup.ts'],
          // Processes, because a library path takes effect only when a process starts.
          pool: 'forks',
          // With a software driver, compiling the shaders of a graph takes seconds on its first run.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
