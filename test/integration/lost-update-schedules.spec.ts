import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { DATABASES } from '../support/databases.js';
import { BANK } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';
import { SchedulePlayer } from '../support/version-schedules/play.js';
import { programOf } from '../support/version-schedules/program.js';
import { withoutVersionChecks } from '../support/version-schedules/without-version-checks.js';

/*
 * Random schedules of two to four writers on real connections, and an oracle that knows what each was told: every
 * version belongs to one write, holds what its writer says, and nobody is told of a conflict that there was not.
 * `SEED=7` plays one schedule; `SOAK=1` plays as many as `SOAK_SECONDS` (60) allow, at most 20,000; with `SOAK_FULL=1`,
 * as `npm run soak` has it, the whole 20,000.
 */
const COUNT = process.env['CI'] === undefined ? 50 : 500;
/** A slow machine plays fewer. */
const BUDGET_MS = 40_000;
const MOST = 20_000;

describe.each(DATABASES)('schedules of writers on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let player: SchedulePlayer;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, BANK));
    player = new SchedulePlayer(dataSource);
    await player.prepare();
  });
  afterAll(() => close());

  const play = async (seed: number) => {
    const program = programOf(seed, engine);
    const played = await player.play(program);
    if (played.faults.length > 0) {
      throw new Error(
        `Seed ${seed}:\n${played.faults.join('\n')}\n${program.writers.map((steps) => JSON.stringify(steps)).join('\n')}`,
      );
    }
    return played;
  };

  const playMany = async (first: number, count: number, until = Infinity) => {
    let [played, written, refused] = [0, 0, 0];
    for (; played < count && Date.now() < until; played++) {
      const result = await play(first + played);
      written += result.written;
      refused += result.refused;
    }
    return { played, written, refused };
  };

  const given = process.env['SEED'];
  if (given !== undefined) {
    it(`seed ${given}`, () => play(Number(given)));
    return;
  }
  if (process.env['SOAK'] === '1') {
    const seconds = process.env['SOAK_FULL'] === '1' ? 7_200 : Number(process.env['SOAK_SECONDS'] ?? 60);
    it(
      `${MOST}, or as many as ${seconds} s allow, lose nothing`,
      async () => {
        const first = Date.now() % 1_000_000_000;
        const done = await playMany(first, MOST, Date.now() + seconds * 1_000);
        console.log(
          `${engine}: ${done.played} schedules from seed ${first}: ${done.written} writes, ${done.refused} conflicts`,
        );
        expect(done.written).toBeGreaterThan(done.played);
      },
      (seconds + 60) * 1_000,
    );
    return;
  }

  it(`${COUNT}, or as many as ${BUDGET_MS / 1_000} s allow, lose nothing and tell nobody a wrong error`, async () => {
    const { played, written, refused } = await playMany(1, COUNT, Date.now() + BUDGET_MS);
    // The schedules must do something, and get into each other's way.
    expect(written).toBeGreaterThan(played);
    expect(refused).toBeGreaterThan(played / 10);
  }, 120_000);

  it('without the version check lose updates, and the oracle says so', async () => {
    const found: number[] = [];
    await withoutVersionChecks(dataSource, async () => {
      for (let seed = 1; seed <= 30; seed++) {
        if ((await player.play(programOf(seed, engine))).faults.length > 0) found.push(seed);
      }
    });
    expect(found.length).toBeGreaterThan(5);
  }, 60_000);
});
