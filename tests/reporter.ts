import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run's output with one line for people and scripts: `12 passed, 0 failed`, `, 3 skipped` if any were. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let [passed, skipped] = [0, 0];
    // An error outside any test, or a file that cannot be loaded, is a failure that no test stands for.
    let failed = unhandledErrors.length;
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // The default reporter prints its summary in the same moment; this comes after everything.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
