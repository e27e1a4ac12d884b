// `npm test [-- Jest's arguments]`: finds the engines, builds where a suite reads dist/, runs Jest, reports.
// REQUIRE_ALL_ENGINES=1 makes an engine that is missing, or stood in for, a failure.
import { findEngines } from './find-engines.mjs';
import { listSpecs } from './list-specs.mjs';
import { reportEngines } from './report-engines.mjs';
import { suitesLeftOut } from './long-suites.mjs';
import { needsBuild, needsEngines } from './requirements.mjs';
import { runJest } from './run-jest.mjs';
import { runProcess } from './run-process.mjs';
import { summaryLine } from './summary-line.mjs';

// Ending through `exit` ends what was started: Jest, servers, their folders.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const args = process.argv.slice(2);
const specs = listSpecs(args);
/** @type {string[]} */
const failures = [];

if (needsBuild(specs) && (await runProcess('npm', ['run', '--silent', 'build'])) !== 0) failures.push('npm run build');

/** @type {import('./engine.js').Engine[]} */
const engines = [];
/** @type {import('./run-jest.mjs').JestOutcome} */
let outcome;
try {
  if (needsEngines(specs)) await findEngines(engines);
  outcome = await runJest(args, engines);
} finally {
  for (const engine of engines) await engine.stop();
}

if (process.env['REQUIRE_ALL_ENGINES'] === '1') {
  for (const engine of engines) {
    if (engine.version === undefined || engine.isStandIn) failures.push(`required engine ${engine.name}`);
  }
}

console.log(reportEngines(engines));
const leftOut = suitesLeftOut(args);
if (leftOut.length > 0)
  console.log(`Left out, because they take long (REQUIRE_ALL_ENGINES=1 runs them): ${leftOut.join(', ')}`);
for (const failure of failures) console.log(`Failed: ${failure}`);
console.log(summaryLine(outcome.results, failures.length));
process.exitCode = outcome.exitCode || (failures.length > 0 ? 1 : 0);
