import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DATABASES } from '../support/databases.js';
import { describeOnPrivateRedis } from '../support/redis.js';

/*
 * The consistency fuzzer of the cache, which runs in processes of its own (test/fuzz): several of them read and write
 * while Redis is killed, flushed and cut, and they themselves are stopped and killed; an oracle knows every commit.
 * `SEED=7` repeats a run's programs and faults. `SOAK=1` runs each mode for `SOAK_SECONDS` (90); with `SOAK_FULL=1`, as
 * `npm run soak` has it, 1,000,000 operations.
 */
const OPERATIONS = 1_000_000;
const { SEED, SOAK, SOAK_FULL, SOAK_SECONDS = '90' } = process.env;
const IS_SOAK = SOAK === '1';
const IS_FULL = SOAK_FULL === '1';
const IS_EVERYDAY = process.env['REQUIRE_ALL_ENGINES'] !== '1' && !IS_SOAK;
const seed = SEED ?? String((Date.now() % 1_000_000_000) + 1);

/** Starting, quiet at the end of each epoch, and the check: beside the operations. */
const AROUND_MS = 120_000;
const FULL_MS = 4 * 60 * 60_000;

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

async function fuzz(...args: string[]): Promise<Outcome> {
  const script = join(import.meta.dirname, '../fuzz/run.mjs');
  const fuzzer = spawn(process.execPath, [script, '--seed', seed, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [fuzzer.stdout, fuzzer.stderr])
    stream.on('data', (data: Buffer) => output.push(data.toString()));
  const [exitCode] = (await once(fuzzer, 'close')) as [number];
  return { exitCode, output: output.join('') };
}

const staleReadsIn = (output: string): number => Number(/^stale reads: (\d+)$/m.exec(output)?.[1]);

const [postgres] = DATABASES.filter(({ name }) => name === 'postgres');

describeOnPrivateRedis('the cache under faults', () => {
  const itFuzzes = postgres?.hasConcurrency ? it : it.skip;

  // Everyday runs look at one mode for one epoch, and full ones at both.
  itFuzzes.each(IS_EVERYDAY ? ['strict'] : ['strict', 'relaxed'])(
    'gives nobody an old row: %s',
    async (mode) => {
      const isPart = IS_SOAK && mode === 'relaxed';
      const limit = IS_FULL
        ? ['--operations', String(isPart ? OPERATIONS / 10 : OPERATIONS), '--epoch', '20']
        : ['--seconds', IS_SOAK ? SOAK_SECONDS : '5'];
      const { exitCode, output } = await fuzz('--mode', mode, ...limit);
      if (IS_SOAK || exitCode !== 0) console.log(output);
      expect({ exitCode, staleReads: staleReadsIn(output) }).toEqual({ exitCode: 0, staleReads: 0 });
    },
    IS_FULL ? FULL_MS : Number(SOAK_SECONDS) * 1_000 + AROUND_MS,
  );

  (IS_EVERYDAY ? it.skip : itFuzzes).each(['lease', 'tombstone'])(
    'gives old rows without the %s, and the oracle says so',
    async (without) => {
      const { output } = await fuzz('--without', without, '--seconds', '120', '--epoch', '4');
      if (!(staleReadsIn(output) > 0)) console.log(output);
      expect(staleReadsIn(output)).toBeGreaterThan(0);
    },
    120_000 + AROUND_MS,
  );
});
