import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, MigrationExecutor, type MigrationInterface, type QueryRunner, type Repository } from 'typeorm';
import { ConnectionWaitTimeoutError, UnitOfWork, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { sqliteConnectionOf } from '../../lib/transactions/index.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { createTestDatabase, type FreshDatabase } from '../support/databases.js';
import { latch } from '../support/latch.js';
import { Entry, NOTEBOOK } from '../support/models/notebook.js';
import { SeededRandom } from '../support/seeded-random.js';

class Refusal extends Error {}

/** SQLite has one connection: what stands side by side must never mix. */
describe('the one connection of SQLite', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let entries: Repository<Entry>;

  beforeEach(async () => {
    database = await createTestDatabase('sqlite');
    dataSource = withSqlModelExt(new DataSource({ ...database.options, entities: NOTEBOOK, synchronize: true }));
    await dataSource.initialize();
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    entries = dataSource.getRepository(Entry);
  });
  afterEach(async () => {
    await outside.close();
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.drop();
  });

  const put = (text: string) => entries.insert({ text });
  const stored = async () =>
    (await outside.rows('SELECT text FROM entry ORDER BY text')).map(({ text }) => String(text));
  const failed = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error as Error,
    );

  it.each<[string, (text: string) => Promise<unknown>]>([
    ['a plain save', (text) => entries.save({ text })],
    ['a plain statement', (text) => dataSource.query(`INSERT INTO entry (text) VALUES ('${text}')`)],
    ['a plain transaction', (text) => dataSource.transaction((manager) => manager.save(Entry, { text }))],
    [
      'a query runner',
      async (text) => {
        const runner = dataSource.createQueryRunner();
        await runner.startTransaction();
        await runner.manager.insert(Entry, { text });
        await runner.commitTransaction();
        await runner.release();
      },
    ],
    ['another unit of work', (text) => unitOfWork.run(() => put(text))],
  ])('%s beside a transaction that is rolled back waits, and stays', async (_name, write) => {
    const [began, end] = [latch(), latch()];
    const order: string[] = [];
    const holder = failed(
      unitOfWork.run(async () => {
        await put('dropped');
        began.open();
        await end.opened;
        await put('dropped too');
        order.push('holder ends');
        throw new Refusal();
      }),
    );
    await began.opened;
    const beside = write('beside').then(() => order.push('beside written'));
    const reading = entries.find().then((found) => found.map(({ text }) => text));
    end.open();
    await Promise.all([holder, beside]);
    expect(await holder).toBeInstanceOf(Refusal);
    expect(order).toEqual(['holder ends', 'beside written']);
    expect(await reading).not.toContain('dropped');
    expect(await stored()).toEqual(['beside']);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'random interleavings: each transaction is seen whole or not at all (seed %d)',
    async (seed) => {
      const random = new SeededRandom(seed);
      const pause = async () => {
        const hops = random.below(12);
        for (let hop = 0; hop < hops; hop++) await Promise.resolve();
        if (random.chance(0.1)) await new Promise((resolve) => setImmediate(resolve));
      };
      const kept = new Map<string, number>();
      /** Every set of rows that a reader sees must consist of whole transactions. */
      const check = (texts: readonly string[]) => {
        const counts = new Map<string, number>();
        for (const text of texts) counts.set(text.split(' ')[0], (counts.get(text.split(' ')[0]) ?? 0) + 1);
        for (const [id, count] of counts) expect({ seed, id, count }).toEqual({ seed, id, count: kept.get(id) });
      };
      const flow = async (name: number): Promise<void> => {
        for (let step = 0; step < 6; step++) {
          const id = `${name}-${step}`;
          const size = 2 + random.below(3);
          const fails = random.chance(0.4);
          if (!fails) kept.set(id, size);
          const write = async (insert: (text: string) => Promise<unknown>) => {
            for (let row = 0; row < size; row++) {
              await pause();
              await insert(`${id} ${row}`);
            }
            await pause();
            if (fails) throw new Refusal();
          };
          const ways = [
            () => unitOfWork.run(() => write(put)),
            () => unitOfWork.run(() => unitOfWork.run(() => write(put), { propagation: 'NESTED' })),
            () => dataSource.transaction((manager) => write((text) => manager.insert(Entry, { text }))),
            async () => {
              const runner = dataSource.createQueryRunner();
              await runner.startTransaction();
              try {
                await write((text) => runner.query(`INSERT INTO entry (text) VALUES ('${text}')`));
                await runner.commitTransaction();
              } catch (error) {
                await runner.rollbackTransaction();
                throw error;
              } finally {
                await runner.release();
              }
            },
            // All rows in one save(): its own transaction, or one statement outside any.
            async () => {
              if (fails) throw new Refusal();
              await entries.save(Array.from({ length: size }, (_, row) => ({ text: `${id} ${row}` })));
            },
          ];
          await random
            .pick(ways)()
            .catch((error: unknown) => {
              if (!(error instanceof Refusal)) throw error;
            });
          await pause();
          const rows = random.chance(0.5) ? await entries.find() : await dataSource.query('SELECT text FROM entry');
          check(rows.map(({ text }: { text: string }) => text));
        }
      };
      await Promise.all(Array.from({ length: 5 }, (_, name) => flow(name)));
      const all = await stored();
      check(all);
      expect(all).toHaveLength([...kept.values()].reduce((sum, size) => sum + size, 0));
    },
  );

  it('several statements of one runner outside a transaction do not slip into somebody else’s', async () => {
    const tick = () => new Promise((resolve) => setImmediate(resolve));
    const subscriber = {
      beforeQuery: async ({ query }: { query: string }) => {
        if (query.includes('slow')) for (let ticks = 0; ticks < 5; ticks++) await tick();
      },
    };
    dataSource.subscribers.push(subscriber);
    const runner = dataSource.createQueryRunner();
    const quick = runner.query("INSERT INTO entry (text) VALUES ('quick')");
    const slow = runner.query("INSERT INTO entry (text) VALUES ('slow')");
    const other = failed(
      unitOfWork.run(async () => {
        await put('dropped');
        for (let ticks = 0; ticks < 10; ticks++) await tick();
        throw new Refusal();
      }),
    );
    await Promise.all([quick, slow]);
    expect(await other).toBeInstanceOf(Refusal);
    expect(await stored()).toEqual(['quick', 'slow']);
    await runner.release();
  });

  it('several calls of one runner that wait are served together', async () => {
    const [began, end] = [latch(), latch()];
    const holder = unitOfWork.run(async () => {
      await put('holder');
      began.open();
      await end.opened;
    });
    await began.opened;
    const runner = dataSource.createQueryRunner();
    const both = [runner.startTransaction(), runner.query("INSERT INTO entry (text) VALUES ('runner')")];
    const beside = put('beside');
    end.open();
    await holder;
    await Promise.all(both);
    await runner.commitTransaction();
    await runner.release();
    await beside;
    expect(await stored()).toEqual(['beside', 'holder', 'runner']);
  });

  it('who waits too long is told who holds it', async () => {
    sqliteConnectionOf(dataSource)!.waitTimeout = 20;
    const [began, end] = [latch(), latch()];
    const holder = unitOfWork.run(async () => {
      await put('kept');
      began.open();
      await end.opened;
    });
    await began.opened;
    for (const wait of [
      () => put('late'),
      () => unitOfWork.run(() => put('late')),
      () => entries.save({ text: 'late' }),
    ]) {
      const error = await failed(wait());
      expect(error).toBeInstanceOf(ConnectionWaitTimeoutError);
      expect(error?.message).toMatch(/Waited 20 ms .* began at .*sqlite-connection\.spec\.ts:\d+/);
    }
    end.open();
    await holder;
    await put('next');
    expect(await stored()).toEqual(['kept', 'next']);
  });

  it('a wait that timed out may be tried again inside its unit of work', async () => {
    sqliteConnectionOf(dataSource)!.waitTimeout = 20;
    const [began, end] = [latch(), latch()];
    const holder = unitOfWork.run(async () => {
      await put('holder');
      began.open();
      await end.opened;
    });
    await began.opened;
    await unitOfWork.run(async () => {
      expect(await failed(put('second'))).toBeInstanceOf(ConnectionWaitTimeoutError);
      end.open();
      await holder;
      await put('second');
    });
    expect(await stored()).toEqual(['holder', 'second']);
  });

  it('a runner that is released inside its transaction lets go, and its work is dropped', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.manager.insert(Entry, { text: 'dropped' });
    await runner.startTransaction();
    await runner.release();
    await put('next');
    expect(await stored()).toEqual(['next']);
  });

  it('BEGIN as a statement keeps the connection for its runner', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.query('BEGIN');
    await runner.query("INSERT INTO entry (text) VALUES ('dropped')");
    const beside = put('beside');
    await runner.query('ROLLBACK');
    await beside;
    await runner.release();
    expect(await stored()).toEqual(['beside']);

    // Without a runner of its own it ends at once.
    await dataSource.query('BEGIN');
    await put('second');
    expect(await stored()).toEqual(['beside', 'second']);
  });

  it('a failing ROLLBACK does not keep it', async () => {
    await put('first');
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await failed(runner.query("INSERT OR ROLLBACK INTO entry (text) VALUES ('first')"));
    await failed(runner.rollbackTransaction());
    await put('between');
    await runner.release();
    const save = failed(dataSource.query("INSERT OR ROLLBACK INTO entry (text) VALUES ('first')"));
    expect(await save).toBeInstanceOf(Error);
    await put('next');
    expect(await stored()).toEqual(['between', 'first', 'next']);
  });

  it('a data source may be closed and opened again', async () => {
    await put('first');
    expect(await entries.count()).toBe(1);
    await dataSource.destroy();
    await dataSource.initialize();
    expect(await entries.count()).toBe(1);
    await unitOfWork.run(() => put('second'));
    expect(await stored()).toEqual(['first', 'second']);
  });

  it('synchronize and migrations work with a runner for each caller', async () => {
    class AddRemark1700000000000 implements MigrationInterface {
      async up(runner: QueryRunner) {
        await runner.query('ALTER TABLE entry ADD COLUMN remark text');
        await runner.manager.insert(Entry, { text: 'migrated' });
      }
      async down(runner: QueryRunner) {
        await runner.query("DELETE FROM entry WHERE text = 'migrated'");
      }
    }
    class Fails1700000000001 implements MigrationInterface {
      async up(runner: QueryRunner) {
        await runner.query("INSERT INTO entry (text) VALUES ('dropped')");
        throw new Refusal();
      }
      async down() {}
    }
    await dataSource.synchronize();
    await put('before');
    const migrated = withSqlModelExt(
      new DataSource({ ...dataSource.options, synchronize: false, migrations: [AddRemark1700000000000] }),
    );
    await migrated.initialize();
    expect((await migrated.runMigrations()).map(({ name }) => name)).toEqual(['AddRemark1700000000000']);
    expect(await stored()).toEqual(['before', 'migrated']);
    await migrated.undoLastMigration();
    expect(await stored()).toEqual(['before']);
    await migrated.destroy();

    const failing = withSqlModelExt(
      new DataSource({ ...dataSource.options, synchronize: false, migrations: [Fails1700000000001] }),
    );
    await failing.initialize();
    expect(await failed(new MigrationExecutor(failing).executePendingMigrations())).toBeInstanceOf(Refusal);
    await failing.getRepository(Entry).insert({ text: 'after' });
    await failing.destroy();
    expect(await stored()).toEqual(['after', 'before']);
  });
});
