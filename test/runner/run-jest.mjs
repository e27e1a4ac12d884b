import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jestCommand } from './jest-command.mjs';
import { jestEnvironment } from './jest-environment.mjs';
import { runProcess } from './run-process.mjs';

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   numRuntimeErrorTestSuites: number }} JestResults
 * @typedef {{ exitCode: number, results: JestResults | undefined }} JestOutcome
 */

/**
 * Runs Jest and reads its results; they are undefined when Jest itself failed.
 * @param {readonly string[]} args
 * @param {readonly import('./engine.js').Engine[]} engines
 * @returns {Promise<JestOutcome>}
 */
export async function runJest(args, engines) {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-sqlmodel-ext-jest-'));
  try {
    const file = join(folder, 'results.json');
    const command = jestCommand(['--json', `--outputFile=${file}`, ...workers(args, engines), ...args]);
    const exitCode = await runProcess(process.execPath, command, jestEnvironment(engines));
    return { exitCode, results: read(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * PGlite is one database: its suites run one after the other.
 * @param {readonly string[]} args
 * @param {readonly import('./engine.js').Engine[]} engines
 */
function workers(args, engines) {
  const isChosen = args.some((arg) => /^(-w|-i|--runInBand|--maxWorkers)/.test(arg));
  if (engines.some((engine) => engine.isStandIn)) return ['--runInBand'];
  // A suite waits for its servers, too: half as many again as there are cores.
  return isChosen ? [] : [`--maxWorkers=${Math.ceil(availableParallelism() * 1.5)}`];
}

/**
 * @param {string} file
 * @returns {JestResults | undefined}
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
