import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Int, Model, ModelRepository, Str64, Table, UnitOfWork, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import type { CacheOptions } from '../../lib/cache/cache-options.js';
import type { CacheStore } from '../../lib/cache/cache-store.js';
import { cacheOf } from '../../lib/cache/index.js';
import { MemoryStore } from '../../lib/cache/memory-store.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { DATABASES, type TestDatabase } from '../support/databases.js';
import { GatedCacheStore } from '../support/gated-cache-store.js';
import { connectIndependently } from '../support/independent-connection.js';
import { openDataSource } from '../support/open-data-source.js';
import { until } from '../support/until.js';

@Model({ cacheTtl: 600 })
class Account extends Table(class {}) {
  @Str64() owner: string;
  @Int({ default: 0 }) balance: number;
}

/** One process: a data source of its own on the database, and its own way to the store. */
interface Process {
  readonly dataSource: DataSource;
  readonly accounts: ModelRepository<Account>;
  readonly unitOfWork: UnitOfWork;
  readonly store: GatedCacheStore;
  close(): Promise<void>;
}

const SERVERS = DATABASES.filter(({ hasConcurrency }) => hasConcurrency);

(SERVERS.length > 0 ? describe : describe.skip).each(
  SERVERS.length > 0 ? SERVERS : ([{ name: 'sqlite' }] as TestDatabase[]),
)('races for the cache on $name', ({ name: engine }) => {
  let memory: MemoryStore;
  let one: Process;
  let two: Process;
  let database: Awaited<ReturnType<typeof openDataSource>>;

  beforeAll(async () => {
    database = await openDataSource(engine, [Account]);
  });
  afterAll(() => database.close());

  /** @param more of the data source */
  const start = async (
    cache: CacheOptions = {},
    more: Partial<DataSource['options']> = {},
    shared: CacheStore = memory,
  ): Promise<Process> => {
    const store = new GatedCacheStore(shared);
    const { DataSource: Source } = await import('typeorm');
    const dataSource = withSqlModelExt(
      new Source({ ...database.dataSource.options, synchronize: false, ...more } as DataSource['options']),
      { cache: { timeout: 20_000, store, ...cache } },
    );
    await dataSource.initialize();
    return {
      dataSource,
      accounts: new ModelRepository(Account, dataSource),
      unitOfWork: new UnitOfWork(dataSource),
      store,
      close: () => dataSource.destroy(),
    };
  };

  let id: number;
  let other: number;

  beforeEach(async () => {
    memory = new MemoryStore({ maxEntries: 1_000 });
    const [first, second] = await new ModelRepository(Account, database.dataSource).add([
      { owner: 'old', balance: 1 },
      { owner: 'other', balance: 2 },
    ]);
    [id, other] = [first.id, second.id];
  });

  const withTwo = async (work: () => Promise<void>, cache: CacheOptions = {}) => {
    one = await start(cache);
    two = await start(cache);
    try {
      await work();
    } finally {
      await one.close();
      await two.close();
    }
  };

  const ownerOf = async ({ accounts }: Process) => (await accounts.getOne(id))?.owner;
  const list = async ({ accounts }: Process) =>
    (await accounts.get({ id }, { fetch: 'all', limit: 5 })).map(({ owner }) => owner);
  const rename = ({ accounts }: Process, owner: string) =>
    accounts.typeorm.update({ id }, { owner }).then(() => undefined);
  const save = async ({ accounts }: Process, owner: string) => {
    await accounts.update(await accounts.getExistOne(id, { noCache: true }), { owner });
  };
  const statements = async ({ dataSource }: Process, work: () => Promise<unknown>) => {
    const recorder = new QueryRecorder(dataSource);
    await recorder.record(work);
    return recorder.queries.map(({ sql }) => sql);
  };
  const remote = async (sql: string) => {
    const connection = await connectIndependently(database.dataSource);
    await connection.rows(sql);
    await connection.close();
  };
  const expectTruth = async (...processes: Process[]) => {
    const [row] = await database.dataSource.getRepository(Account).findBy({ id });
    for (const each of processes) {
      for (let round = 0; round < 2; round++) {
        expect([await ownerOf(each), await list(each)]).toEqual([row.owner, [row.owner]]);
      }
    }
  };

  describe.each([
    ['a row', ownerOf],
    ['a list', async (process: Process) => (await list(process))[0]],
  ])('%s', (_, read) => {
    describe.each([
      ['by key', save],
      ['by a builder', rename],
    ])('written %s', (_way, write) => {
      it('is not filled with what a reader had read before', () =>
        withTwo(async () => {
          const filling = one.store.hold('fill');
          const reading = read(one);
          await filling.reached;
          await write(two, 'new');
          filling.go();
          expect(await reading).toBe('old');
          expect(await read(two)).toBe('new');
          await expectTruth(one, two);
        }));

      it('is not filled while a writer commits', () =>
        withTwo(async () => {
          const leasing = one.store.hold('lease');
          const reading = read(one);
          await leasing.reached;
          const unmarking = two.store.hold('unmark');
          const writing = write(two, 'new');
          await unmarking.reached;
          leasing.go();
          expect(await reading).toBe('new');
          unmarking.go();
          await writing;
          await expectTruth(one, two);
        }));

      it('is not filled by a reader that leased after a tombstone had expired under a paused writer', () =>
        withTwo(async () => {
          await read(one);
          const marking = two.store.hold('mark', 'after');
          const writing = write(two, 'new');
          await marking.reached;
          // As if its time were over.
          await memory.close();
          const filling = one.store.hold('fill');
          const reading = read(one);
          await filling.reached;
          marking.go();
          await writing;
          filling.go();
          expect(await reading).toBe('old');
          await expectTruth(one, two);
        }));

      it('is right when the store was flushed between COMMIT and the end', () =>
        withTwo(async () => {
          await read(one);
          const unmarking = two.store.hold('unmark');
          const writing = write(two, 'new');
          await unmarking.reached;
          await memory.close();
          unmarking.go();
          await writing;
          await expectTruth(one, two);
        }));
    });

    it('is right after two writers, of whom the first ends last', () =>
      withTwo(async () => {
        const unmarking = one.store.hold('unmark');
        const first = save(one, 'first');
        await unmarking.reached;
        await save(two, 'second');
        unmarking.go();
        await first;
        await expectTruth(one, two);
      }));

    it('is right after two writers, by key and by a builder', () =>
      withTwo(async () => {
        const unmarking = one.store.hold('unmark');
        const first = save(one, 'first');
        await unmarking.reached;
        await rename(two, 'second');
        unmarking.go();
        await first;
        await expectTruth(one, two);
        const again = one.store.hold('unmark');
        const bulk = rename(one, 'third');
        await again.reached;
        await save(two, 'fourth');
        again.go();
        await bulk;
        await expectTruth(one, two);
      }));

    it('costs one statement for a herd', () =>
      withTwo(
        async () => {
          const [first, second] = await Promise.all(
            [one, two].map((each) =>
              statements(each, async () => {
                const read500 = await Promise.all(Array.from({ length: 500 }, () => read(each)));
                expect(new Set(read500)).toEqual(new Set(['old']));
              }),
            ),
          );
          expect(first.length + second.length).toBe(1);
        },
        // A busy machine may take long for a thousand reads.
        { leaseWait: 25_000, leaseTtl: 25_000 },
      ));

    it('waits for a lease whose holder has died no longer than it must', () =>
      withTwo(
        async () => {
          // It never fills.
          const filling = one.store.hold('fill');
          const dead = read(one);
          await filling.reached;
          expect(await read(two)).toBe('old');
          filling.go();
          await dead;
          await expectTruth(one, two);
        },
        { leaseWait: 50, leaseTtl: 60_000 },
      ));

    it('is read again by those who waited for a reader that has failed', () =>
      withTwo(async () => {
        const leasing = one.store.hold('lease', 'after');
        const failing = read(one);
        await leasing.reached;
        const waiting = Promise.all([read(one), read(one)]);
        let isFirst = true;
        const { driver } = one.dataSource;
        const create = driver.createQueryRunner.bind(driver);
        driver.createQueryRunner = (mode) => {
          const runner = create(mode);
          if (!isFirst) return runner;
          isFirst = false;
          runner.query = () => Promise.reject(new Error('no connection'));
          return runner;
        };
        leasing.go();
        await expect(failing).rejects.toThrow('no connection');
        expect(await waiting).toEqual(['old', 'old']);
        driver.createQueryRunner = create;
        await expectTruth(one, two);
      }));
  });

  it('a transaction never waits for a reader that waits for its connection', async () => {
    const single = await start({}, { extra: engine === 'postgres' ? { max: 1 } : { connectionLimit: 1 } });
    try {
      const read = await single.unitOfWork.run(
        async () => {
          // Holds the only connection.
          await single.accounts.get({}, { noCache: true });
          const outside = single.unitOfWork.run(() => ownerOf(single), { propagation: 'NOT_SUPPORTED' });
          await until(() => single.store.steps.includes('lease'));
          const inside = await ownerOf(single);
          return { inside, outside };
        },
        { isolation: 'READ COMMITTED' },
      );
      expect([read.inside, await read.outside]).toEqual(['old', 'old']);
    } finally {
      await single.close();
    }
  });

  it('a savepoint never waits for a reader that waits for its end', () =>
    withTwo(async () => {
      await one.unitOfWork.run(
        async () => {
          const leasing = one.store.hold('lease', 'after');
          const outer = ownerOf(one);
          await leasing.reached;
          const inner = one.unitOfWork.run(
            async () => {
              leasing.go();
              return ownerOf(one);
            },
            { propagation: 'NESTED' },
          );
          expect(await Promise.all([outer, inner])).toEqual(['old', 'old']);
        },
        { isolation: 'READ COMMITTED' },
      );
    }));

  it('what a transaction reads beside its own write is not stored', () =>
    withTwo(async () => {
      for (const read of [ownerOf, list]) {
        await one.accounts.invalidateAll();
        const undone = one.unitOfWork.run(
          async () => {
            const entity = await one.accounts.getExistOne(id, { noCache: true });
            const leasing = one.store.hold('lease', 'after');
            const reading = read(one);
            await leasing.reached;
            await one.accounts.update(entity, { owner: 'undone' });
            leasing.go();
            await reading;
            throw new Error('undo');
          },
          { isolation: 'READ COMMITTED' },
        );
        await expect(undone).rejects.toThrow('undo');
        await expectTruth(one, two);
      }
    }));

  it('what a reader of a snapshot reads is not stored', () =>
    withTwo(async () => {
      await one.unitOfWork.run(
        async () => {
          await one.accounts.get({}, { noCache: true });
          await save(two, 'new');
          await two.accounts.invalidateAll();
          expect(await ownerOf(one)).toBe('old');
          expect(await list(one)).toEqual(['old']);
        },
        { isolation: 'REPEATABLE READ' },
      );
      await expectTruth(one, two);
    }));

  it("what a transaction reads at the server's own level is not stored, if it is a snapshot", async () => {
    if (engine !== 'postgres') return;
    one = await start({}, { extra: { options: '-c default_transaction_isolation=serializable' } });
    two = await start();
    try {
      await one.unitOfWork.run(async () => {
        await one.accounts.get({}, { noCache: true });
        await save(two, 'new');
        await two.accounts.invalidateAll();
        expect(await ownerOf(one)).toBe('old');
        expect(await list(one)).toEqual(['old']);
      });
      await expectTruth(two);
    } finally {
      await one.close();
      await two.close();
    }
  });

  it('a row that an UPDATE has met, but not changed, is not written through as a snapshot shows it', () =>
    withTwo(async () => {
      if (engine !== 'mariadb') return;
      const sameTime = new Date('2030-01-01T00:00:00.000Z');
      await one.unitOfWork.run(
        async () => {
          const entity = await one.accounts.getExistOne(id, { noCache: true });
          await two.accounts.typeorm.update({ id }, { owner: 'same', balance: 77, updatedAt: sameTime });
          await one.accounts.update(entity, { owner: 'same' }, { extra: { updatedAt: sameTime } });
        },
        { isolation: 'REPEATABLE READ' },
      );
      const [row] = await database.dataSource.getRepository(Account).findBy({ id });
      expect((await one.accounts.getExistOne(id)).balance).toBe(row.balance);
    }));

  it('a COMMIT of which nobody knows the outcome leaves nothing stale', async () => {
    const { options } = database.dataSource;
    const { host, port } = options as { host: string; port: number };
    for (const moment of ['before', 'after'] as const) {
      const proxy: CuttingProxy = await startCuttingProxy(host, port);
      one = await start({}, { port: proxy.port });
      two = await start();
      try {
        await expectTruth(two);
        proxy.cutAt('COMMIT', moment);
        await expect(save(one, `unknown ${moment}`)).rejects.toThrow();
        await until(async () => {
          const [row] = await database.dataSource.getRepository(Account).findBy({ id });
          return moment === 'before' || row.owner === 'unknown after';
        });
        await expectTruth(two);
      } finally {
        await one.close();
        await two.close();
        await proxy.close();
      }
    }
  });

  it('a COMMIT that the driver does not wait for any more leaves nothing stale', async () => {
    if (engine !== 'postgres') return;
    await remote(
      `CREATE OR REPLACE FUNCTION slowly() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$ LANGUAGE plpgsql`,
    );
    await remote(
      `CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly()`,
    );
    one = await start({}, { extra: { query_timeout: 400 } });
    two = await start();
    try {
      await expectTruth(two);
      await expect(rename(one, 'slow')).rejects.toThrow(/timeout/);
      // The server is still at it.
      expect(await ownerOf(two)).toBe('old');
      expect(await list(two)).toEqual(['old']);
      await until(async () => (await database.dataSource.getRepository(Account).findOneBy({ id }))?.owner === 'slow');
      await expectTruth(two);
    } finally {
      await remote('DROP TRIGGER slow ON account');
      await one.close();
      await two.close();
    }
  });

  it('a strict write that cannot be told of leaves the connection as it was', () =>
    withTwo(
      async () => {
        await expectTruth(one, two);
        const marking = one.store.hold('mark', 'after');
        const refused = expect(save(one, 'refused')).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' });
        await marking.reached;
        one.store.check = () => {
          throw new Error('away');
        };
        // Somebody else notices, so that the marks may be gone.
        await ownerOf(one);
        marking.go();
        await refused;
        one.store.check = undefined;
        await cacheOf(one.dataSource)?.whenAvailable(10_000);
        await expectTruth(one, two);
        // Nothing is open, and nothing locked.
        await save(two, 'kept');
        await save(one, 'kept as well');
        await expectTruth(one, two);
      },
      { strict: true },
    ));

  describe('when one step of the store fails', () => {
    /** Everyday runs let one step of five fail. */
    const EVERY_STEP = process.env['REQUIRE_ALL_ENGINES'] === '1' || process.env['SOAK'] === '1';
    const program = async (process: Process): Promise<void> => {
      const quietly = (work: Promise<unknown>) => work.catch(() => undefined);
      await quietly(ownerOf(process));
      await quietly(list(process));
      await quietly(save(process, 'first'));
      await quietly(ownerOf(process));
      await quietly(list(process));
      await quietly(rename(process, 'second'));
      await quietly(ownerOf(process));
      await quietly(
        process.unitOfWork.run(async () => {
          await save(process, 'third');
          await process.accounts.add({ owner: 'new', balance: 0 });
        }),
      );
      await quietly(process.accounts.getOne(other));
      await quietly(
        process.unitOfWork.run(async () => {
          await save(process, 'undone');
          throw new Error('undo');
        }),
      );
    };

    it.each([
      ['before it is done', false, false],
      ['after it was done', true, false],
      ['before it is done, strict', false, true],
      ['after it was done, strict', true, true],
    ])(
      '%s',
      async (_, isDone, strict) => {
        // Nobody else writes, so that this process is what knows.
        for (let failing = 1; ; failing += EVERY_STEP ? 1 : 5) {
          memory = new MemoryStore({ maxEntries: 1_000 });
          const process = await start({ strict, tombstoneTtl: 2_000 });
          const watcher = await start();
          try {
            await remote(`UPDATE account SET owner = 'old' WHERE id = ${id}`);
            let hasFailed = false;
            const check = (_step: string, number: number) => {
              if (number !== failing) return;
              hasFailed = true;
              throw new Error(`step ${failing} fails`);
            };
            if (isDone) process.store.checkAfter = check;
            else process.store.check = check;
            await program(process);
            await cacheOf(process.dataSource)?.whenAvailable(10_000);
            await expectTruth(process, watcher);
            if (!hasFailed) break;
          } finally {
            await process.close();
            await watcher.close();
          }
        }
      },
      120_000,
    );
  });
});
