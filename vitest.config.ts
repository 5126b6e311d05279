import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './tests/reporter.ts'],
    // `npm run coverage`. Only files that a test loads are counted, so that the figures of one folder mean something.
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
          // The slowest take two seconds; a loaded machine may take ten times that.
          testTimeout: 30_000,
          include: [
            'core/**/*.test.ts',
            'cli/**/*.test.ts',
            'client/**/*.test.ts',
            'activities/**/*.test.ts',
            'workers/**/*.test.ts',
            'workflows/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'tests/unit/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          // Fast ones first.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          // A hundred kills, each of which may take a worker's heartbeats to be noticed.
          testTimeout: 7_200_000,
          hookTimeout: 600_000,
          // One tells how long recovery takes.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['tests/interop/**/*.test.ts'],
          globalSetup: ['tests/interop/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'gpu',
          include: ['tests/gpu/**/*.test.ts'],
          globalSetup: ['tests/gpu/setup.ts'],
          // Threads would start in a process whose library path is already settled.
          pool: 'forks',
          // In software, the first run of a graph compiles its shaders for seconds.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
