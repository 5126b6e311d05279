import type { Reporter, TestModule } from 'vitest/node';

/** Prints a last line for people and scripts: `12 passed, 0 failed`, and `, 3 skipped` if there are any. */
export default class SummaryLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let [passed, skipped] = [0, 0];
    // An error outside of tests, or a file that cannot be loaded, counts as a failure without a test.
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
    // The default reporter prints its summary at the same time: this line has to come after it.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
