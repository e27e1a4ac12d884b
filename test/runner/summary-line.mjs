/**
 * `N passed, N failed`, with `, N skipped` where tests were skipped.
 * @param {import('./run-jest.mjs').JestResults | undefined} results
 * @param {number} otherFailures what failed besides tests: the build, a required engine
 */
export function summaryLine(results, otherFailures) {
  // A suite that does not load has no tests to count, and Jest that does not start has no suites.
  const notRun = results ? results.numRuntimeErrorTestSuites : 1;
  const passed = results?.numPassedTests ?? 0;
  const failed = (results?.numFailedTests ?? 0) + notRun + otherFailures;
  const skipped = results ? results.numPendingTests + results.numTodoTests : 0;
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
