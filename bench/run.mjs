// `npm run bench [-- arguments]`: finds or starts the database servers, then measures (bench/main.ts, compiled).
import { fileURLToPath } from 'node:url';
import { mariadbEngine } from '../test/runner/mariadb-engine.mjs';
import { postgresEngine } from '../test/runner/postgres-engine.mjs';
import { redisEngine } from '../test/runner/redis-engine.mjs';
import { runProcess } from '../test/runner/run-process.mjs';

const MAIN = fileURLToPath(new URL('../.tmp/bench/bench/main.js', import.meta.url));

const args = process.argv.slice(2);
const engines = [await postgresEngine()];
try {
  if (args.some((argument) => argument.includes('mariadb'))) engines.push(await mariadbEngine());
  // A server that is named and does not answer is no reason to measure nothing: main.ts says that it is away.
  if (process.env['TEST_REDIS_URL'] === undefined) engines.push(await redisEngine());
  /** @type {NodeJS.ProcessEnv} */
  // As an application is deployed: nobody notes call sites for messages, and nobody counts queries.
  const environment = Object.assign(
    { NODE_ENV: 'production' },
    process.env,
    ...engines.map((engine) => engine.environment),
  );
  process.exitCode = await runProcess(process.execPath, ['--enable-source-maps', MAIN, ...args], environment);
} finally {
  for (const engine of engines) await engine.stop();
}
