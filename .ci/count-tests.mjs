// Prints `tests: N passed, M failed` from the file that vitest's json reporter wrote. A file of tests that could not be
// loaded counts as one failed test; without the file nothing was counted, and that is a failure too.
import { readFileSync } from 'node:fs';

const [file = ''] = process.argv.slice(2);
const { passed, failed } = count(read(file));
console.log(`tests: ${passed} passed, ${failed} failed`);

/** @typedef {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} Report */

/**
 * @param {string} path
 * @returns {Report | null}
 */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {Report | null} report */
function count(report) {
  if (report === null) return { passed: 0, failed: 1 };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}
