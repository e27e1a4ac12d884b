import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createApp } from '../app.js';
import { printReport } from './print-report.js';
import { runLoad } from './run-load.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    seed: { type: 'string' },
    clients: { type: 'string', default: '200' },
    operations: { type: 'string', default: '20' },
  },
});
const seed = positive('seed', values.seed ?? String(randomInt(1, 2 ** 31)));
const clients = positive('clients', values.clients);
const operations = positive('operations', values.operations);

// Without a database of its own the load leaves nothing behind.
process.env.DATABASE_URL ??= 'sqlite::memory:';
const app = values.url === undefined ? await createApp(undefined, { logger: ['error', 'warn'] }) : undefined;
await app?.listen(0, '127.0.0.1');
try {
  const url = values.url ?? (await app?.getUrl()) ?? '';
  console.log(`${clients} clients, ${operations} operations each, --seed ${seed}, at ${url}`);
  const report = await runLoad({ url, seed, clients, operations });
  console.log(printReport(report));
  if (report.faults.length > 0) process.exitCode = 1;
} finally {
  await app?.close();
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a positive integer, but is ${text}`);
}
