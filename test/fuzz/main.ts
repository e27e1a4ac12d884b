import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { FuzzMode, LeftOut } from './fuzz-options.js';
import { printReport } from './print-report.js';
import { runFuzzer } from './run-fuzzer.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
    mode: { type: 'string', default: 'strict' },
    workers: { type: 'string', default: '4' },
    operations: { type: 'string' },
    seconds: { type: 'string' },
    epoch: { type: 'string', default: '6' },
    without: { type: 'string' },
    cache: { type: 'string', default: 'on' },
  },
});
const epochSeconds = positive('epoch', values.epoch);
const report = await runFuzzer(
  {
    seed: positive('seed', values.seed),
    mode: oneOf<FuzzMode>('mode', values.mode, ['strict', 'relaxed']),
    workers: positive('workers', values.workers),
    operations: values.operations === undefined ? Infinity : positive('operations', values.operations),
    seconds: positive('seconds', values.seconds ?? (values.operations === undefined ? '60' : String(2 ** 31))),
    epochSeconds: values.seconds === undefined ? epochSeconds : Math.min(epochSeconds, Number(values.seconds)),
    without:
      values.without === undefined ? undefined : oneOf<LeftOut>('without', values.without, ['lease', 'tombstone']),
    cache: oneOf('cache', values.cache, ['on', 'off']) === 'on',
  },
  (text) => console.log(text),
);
console.log(printReport(report));
process.exitCode = report.violations > 0 ? 1 : 0;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a positive integer, but is ${text}`);
}

function oneOf<Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  if ((values as readonly string[]).includes(text)) return text as Value;
  throw new Error(`--${name} must be ${values.join(' or ')}, but is ${text}`);
}
