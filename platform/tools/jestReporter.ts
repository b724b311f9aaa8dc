import { writeSync } from 'node:fs';

interface Results {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  numPendingTests: number;
  numTodoTests: number;
}

/** Ends the run with the line `N passed, N failed, N skipped`; in CI a skipped test is a failure. */
export default class SummaryLine {
  #skipped = 0;

  onRunComplete(_contexts: unknown, results: Results): void {
    this.#skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const line = `${results.numPassedTests} passed, ${failed} failed, ${this.#skipped} skipped\n`;
    if (this.getLastError()) process.stderr.write('A skipped test fails the run in CI: mend it or remove it.\n');
    // Written at exit, so that nothing of Jest's, of a teardown or of a late log comes after it.
    process.on('exit', () => writeSync(1, line));
  }

  getLastError(): Error | undefined {
    if (process.env['CI'] !== 'true' || this.#skipped === 0) return undefined;
    return new Error(`${this.#skipped} skipped tests: in CI every test must run.`);
  }
}
