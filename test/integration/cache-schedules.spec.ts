import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Int, Model, ModelRepository, Str64, Table, UnitOfWork, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { MemoryStore } from '../../lib/cache/memory-store.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { GatedCacheStore } from '../support/gated-cache-store.js';
import { openDataSource } from '../support/open-data-source.js';
import { SeededRandom } from '../support/seeded-random.js';
import { Gates } from '../support/version-schedules/gates.js';

/*
 * Random schedules of two or three writers and as many readers in two processes that share a store, with a gate before and
 * after every step of the store. Every committed write adds one, every other one a thousand: a read that began when n
 * writes had been acknowledged must show n or more, and never a thousand. `SEED=7` plays one schedule; `SOAK=1` plays for
 * `SOAK_SECONDS` (60).
 */
const COUNT = process.env['CI'] === undefined ? 20 : 400;
/** A slow machine plays fewer. */
const BUDGET_S = 40;
const NEVER = 1_000;

@Model({ cacheTtl: 600 })
class Tally extends Table(class {}) {
  @Str64() name: string;
  @Int({ default: 0 }) total: number;
}

interface Process {
  readonly dataSource: DataSource;
  readonly tallies: ModelRepository<Tally>;
  readonly unitOfWork: UnitOfWork;
}

const SERVERS = DATABASES.filter(({ hasConcurrency }) => hasConcurrency);
const gateOfFlow = new AsyncLocalStorage<() => Promise<void>>();

(SERVERS.length > 0 ? describe : describe.skip).each(
  SERVERS.length > 0 ? SERVERS : ([{ name: 'sqlite' }] as TestDatabase[]),
)('schedules of readers and writers of the cache on $name', ({ name: engine }) => {
  const processes: Process[] = [];
  const memory = new MemoryStore({ maxEntries: 10_000 });
  let database: Awaited<ReturnType<typeof openDataSource>>;

  beforeAll(async () => {
    database = await openDataSource(engine, [Tally]);
    for (let index = 0; index < 2; index++) {
      const store = new GatedCacheStore(memory);
      store.pause = () => gateOfFlow.getStore()?.() ?? Promise.resolve();
      const options = { ...database.dataSource.options, synchronize: false } as DataSource['options'];
      const dataSource = withSqlModelExt(new DataSource(options), { cache: { store, timeout: 60_000 } });
      await dataSource.initialize();
      processes.push({
        dataSource,
        tallies: new ModelRepository(Tally, dataSource),
        unitOfWork: new UnitOfWork(dataSource),
      });
    }
  });
  afterAll(async () => {
    for (const { dataSource } of processes) await dataSource.destroy();
    await database.close();
  });

  const play = async (seed: number): Promise<{ reads: number; writes: number }> => {
    const random = new SeededRandom(seed);
    const [{ id }] = await processes[0].tallies.add([{ name: `seed ${seed}` }]);
    const faults: string[] = [];
    const counts = { acknowledged: 0, reads: 0 };

    const read = async ({ tallies, unitOfWork }: Process, way: number): Promise<void> => {
      const least = counts.acknowledged;
      const ways: readonly (() => Promise<number | undefined>)[] = [
        async () => (await tallies.getOne(id))?.total,
        async () => (await tallies.get({ id, name: `seed ${seed}` }, { fetch: 'all', limit: 3 })).at(0)?.total,
        async () => unitOfWork.run(async () => (await tallies.getOne(id))?.total, { isolation: 'READ COMMITTED' }),
      ];
      const total = await ways[way]();
      counts.reads++;
      if (total === undefined || total < least || total >= NEVER) {
        faults.push(`way ${way} has read ${total}, although ${least} were acknowledged`);
      }
    };

    const write = async ({ tallies, unitOfWork, dataSource }: Process, way: number): Promise<void> => {
      const add = async (by: number) => {
        const tally = await tallies.getExistOne(id, { withForUpdate: true });
        await tallies.update(tally, { total: tally.total + by });
      };
      const undone = (work: () => Promise<unknown>) =>
        unitOfWork
          .run(async () => {
            await work();
            await tallies.getOne(id);
            throw new Error('undo');
          })
          .catch((error: Error) => {
            if (error.message !== 'undo') throw error;
          });
      const ways: readonly (() => Promise<unknown>)[] = [
        () => unitOfWork.run(() => add(1)),
        () => dataSource.manager.increment(Tally, { id }, 'total', 1),
        () =>
          unitOfWork.run(async () => {
            await unitOfWork
              .run(
                async () => {
                  await add(NEVER);
                  throw new Error('undo');
                },
                { propagation: 'NESTED' },
              )
              .catch(() => undefined);
            await add(1);
          }),
        () => undone(() => add(NEVER)),
        () => undone(() => dataSource.manager.increment(Tally, { id }, 'total', NEVER)),
      ];
      await ways[way]();
      if (way < 3) counts.acknowledged++;
    };

    const participants = [
      ...Array.from({ length: 2 + random.below(2) }, () => ({ act: write, ways: 5 })),
      ...Array.from({ length: 2 + random.below(2) }, () => ({ act: read, ways: 3 })),
    ].map(({ act, ways }) => ({
      process: random.pick(processes),
      act,
      steps: Array.from({ length: 1 + random.below(3) }, () => random.below(ways)),
    }));
    await new Gates(new SeededRandom(seed ^ 0x5eed)).run(
      participants.map(
        ({ process, act, steps }) =>
          (gate) =>
            gateOfFlow.run(gate, async () => {
              for (const way of steps) {
                await gate();
                await act(process, way);
              }
            }),
      ),
    );
    for (const process of processes) for (const way of [0, 1, 0, 1]) await read(process, way);
    if (faults.length > 0) throw new Error(`Seed ${seed}:\n${faults.join('\n')}`);
    return { reads: counts.reads, writes: counts.acknowledged };
  };

  const given = process.env['SEED'];
  if (given !== undefined) {
    it(`seed ${given}`, () => play(Number(given)));
    return;
  }
  const seconds = process.env['SOAK'] === '1' ? Number(process.env['SOAK_SECONDS'] ?? 60) : undefined;
  it(
    'show nothing that is older than what was acknowledged',
    async () => {
      const first = seconds === undefined ? 1 : Date.now() % 1_000_000_000;
      const until = Date.now() + (seconds ?? BUDGET_S) * 1_000;
      let [played, writes] = [0, 0];
      for (; (seconds !== undefined || played < COUNT) && Date.now() < until; played++) {
        writes += (await play(first + played)).writes;
      }
      if (seconds !== undefined) console.log(`${engine}: ${played} schedules from seed ${first}: ${writes} writes`);
      expect(writes).toBeGreaterThan(played);
    },
    ((seconds ?? BUDGET_S) + 60) * 1_000,
  );
});
