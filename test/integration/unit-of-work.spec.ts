import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Repository, type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import {
  ConfigurationError,
  ModelRepository,
  PendingWritesError,
  TransactionEndedError,
  TransactionForbiddenError,
  TransactionRequiredError,
  UnitOfWork,
  UnsupportedPropagationError,
  type Isolation,
  type Propagation,
} from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { latch } from '../support/latch.js';
import { Entry, Note, NOTEBOOK, Remark, Section } from '../support/models/notebook.js';
import { openDataSource } from '../support/open-data-source.js';

class Refusal extends Error {}

const HERE = /unit-of-work\.spec\.ts:\d+/;

describe.each(DATABASES)('unit of work on $name', ({ name: engine, hasConcurrency }) => {
  const isSqlite = engine === 'sqlite';
  const concurrent = hasConcurrency ? it : it.skip;
  const onSqlite = isSqlite ? it : it.skip;

  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let entries: Repository<Entry>;
  let notes: ModelRepository<Note>;
  const logged: [message: string, cause: unknown][] = [];

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, NOTEBOOK));
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource, { error: (message, cause) => logged.push([message, cause]) });
    entries = dataSource.getRepository(Entry);
    notes = new ModelRepository(Note, dataSource);
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });
  beforeEach(async () => {
    logged.length = 0;
    // InnoDB keeps deleted rows for a while, and inserting the same key again locks the gap around them.
    const clear = engine === 'mariadb' ? 'TRUNCATE TABLE' : 'DELETE FROM';
    for (const table of ['entry', 'note']) await outside.rows(`${clear} ${table}`);
    await outside.rows('DELETE FROM section');
  });

  const put = (text: string) => entries.insert({ text });
  /** What is stored, as somebody else sees it. */
  const stored = async () =>
    (await outside.rows('SELECT text FROM entry ORDER BY text')).map(({ text }) => String(text));
  const failing = async (work: () => Promise<unknown>) => {
    await work();
    throw new Refusal();
  };
  const rolledBack = (work: () => Promise<unknown>) =>
    expect(unitOfWork.run(() => failing(work))).rejects.toBeInstanceOf(Refusal);

  describe('propagation without a transaction', () => {
    it.each<Propagation>(['REQUIRED', 'REQUIRES_NEW', 'NESTED'])('%s begins one', async (propagation) => {
      const inside = await unitOfWork.run(
        async () => {
          await put('kept');
          return unitOfWork.isActive;
        },
        { propagation },
      );
      expect(inside).toBe(true);
      await expect(unitOfWork.run(() => failing(() => put('dropped')), { propagation })).rejects.toThrow(Refusal);
      expect(await stored()).toEqual(['kept']);
      expect(unitOfWork.isActive).toBe(false);
    });

    it('MANDATORY refuses, and does not run the work', async () => {
      let ran = false;
      const work = () => {
        ran = true;
      };
      await expect(unitOfWork.run(work, { propagation: 'MANDATORY' })).rejects.toThrow(TransactionRequiredError);
      expect(ran).toBe(false);
    });

    it.each<Propagation>(['NEVER', 'SUPPORTS', 'NOT_SUPPORTED'])('%s runs without', async (propagation) => {
      const work = () =>
        failing(async () => {
          expect(unitOfWork.isActive).toBe(false);
          await put('kept');
        });
      await expect(unitOfWork.run(work, { propagation })).rejects.toThrow(Refusal);
      expect(await stored()).toEqual(['kept']);
    });

    it('gives the result, of synchronous work too, and passes errors on unchanged', async () => {
      expect(await unitOfWork.run(() => 7)).toBe(7);
      const error = new Refusal();
      const thrown = await unitOfWork.run(() => Promise.reject(error)).catch((reason: unknown) => reason);
      expect(thrown).toBe(error);
      await expect(
        unitOfWork.run(() => {
          throw error;
        }),
      ).rejects.toBe(error);
    });

    it('refuses options that do not exist', async () => {
      await expect(unitOfWork.run(() => 1, { propagation: 'REQUIRE' as Propagation })).rejects.toThrow(
        /propagation must be one of REQUIRED/,
      );
      await expect(unitOfWork.run(() => 1, { isolation: 'SNAPSHOT' as Isolation })).rejects.toThrow(ConfigurationError);
      await expect(unitOfWork.run(() => 1, { readOnly: true } as object)).rejects.toThrow(/'readOnly'/);
    });
  });

  describe('propagation inside a transaction', () => {
    /** What is stored when the inner work succeeds and the outer fails, and the other way round. */
    const cases: [Propagation, whenOuterFails: string[], whenInnerFails: string[], needsConnection: boolean][] = [
      ['REQUIRED', [], ['inner', 'outer'], false],
      ['MANDATORY', [], ['inner', 'outer'], false],
      ['SUPPORTS', [], ['inner', 'outer'], false],
      ['NESTED', [], ['outer'], false],
      ['REQUIRES_NEW', ['inner'], ['outer'], true],
      ['NOT_SUPPORTED', ['inner'], ['inner', 'outer'], true],
    ];
    for (const [propagation, whenOuterFails, whenInnerFails, needsConnection] of cases) {
      const test = needsConnection ? concurrent : it;
      test(`${propagation}: inner succeeds, outer fails`, async () => {
        await rolledBack(async () => {
          await put('outer');
          await unitOfWork.run(() => put('inner'), { propagation });
        });
        expect(await stored()).toEqual(whenOuterFails);
      });
      test(`${propagation}: inner fails, outer catches it and succeeds`, async () => {
        await unitOfWork.run(async () => {
          await put('outer');
          await expect(unitOfWork.run(() => failing(() => put('inner')), { propagation })).rejects.toThrow(Refusal);
        });
        expect(await stored()).toEqual(whenInnerFails);
      });
    }

    it('NEVER refuses, and names where the transaction began', async () => {
      await unitOfWork.run(async () => {
        const error = await unitOfWork.run(() => put('never'), { propagation: 'NEVER' }).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(TransactionForbiddenError);
        expect((error as Error).message).toMatch(HERE);
      });
      expect(await stored()).toEqual([]);
    });

    concurrent('REQUIRES_NEW does not see what the outer has not committed, and the flow returns to it', async () => {
      await rolledBack(async () => {
        await put('outer');
        expect(await unitOfWork.run(() => entries.count(), { propagation: 'REQUIRES_NEW' })).toBe(0);
        expect(await unitOfWork.run(() => entries.count(), { propagation: 'NOT_SUPPORTED' })).toBe(0);
        expect(await entries.count()).toBe(1);
      });
    });

    onSqlite('REQUIRES_NEW and NOT_SUPPORTED are refused at once on SQLite, before the work', async () => {
      await unitOfWork.run(async () => {
        for (const propagation of ['REQUIRES_NEW', 'NOT_SUPPORTED'] as const) {
          let ran = false;
          const error = await unitOfWork
            .run(
              () => {
                ran = true;
              },
              { propagation },
            )
            .catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(UnsupportedPropagationError);
          expect((error as Error).message).toMatch(HERE);
          expect(ran).toBe(false);
        }
        await put('kept');
      });
      expect(await stored()).toEqual(['kept']);
    });
  });

  describe('isolation', () => {
    it('joining with another level is refused, with the same one not', async () => {
      await unitOfWork.run(
        async () => {
          expect(await unitOfWork.run(() => 'joined', { isolation: 'SERIALIZABLE' })).toBe('joined');
          expect(await unitOfWork.run(() => 'joined')).toBe('joined');
          for (const propagation of ['REQUIRED', 'NESTED', 'MANDATORY', 'SUPPORTS'] as const) {
            const wrong = unitOfWork.run(() => put('wrong'), { propagation, isolation: 'READ COMMITTED' });
            await expect(wrong).rejects.toThrow(
              /Isolation READ COMMITTED was asked for, but the open transaction has SERIALIZABLE; it began at/,
            );
          }
        },
        { isolation: 'SERIALIZABLE' },
      );
      await unitOfWork.run(async () => {
        await expect(unitOfWork.run(() => 1, { isolation: 'SERIALIZABLE' })).rejects.toThrow(/the database's default/);
      });
      expect(await stored()).toEqual([]);
    });

    concurrent.each<[Isolation, number]>([
      ['READ COMMITTED', 1],
      ['REPEATABLE READ', 0],
    ])('%s is what the database does', async (isolation, seen) => {
      await unitOfWork.run(
        async () => {
          expect(await entries.count()).toBe(0);
          await outside.rows("INSERT INTO entry (text) VALUES ('other')");
          expect(await entries.count()).toBe(seen);
        },
        { isolation },
      );
      expect(await unitOfWork.run(() => entries.count())).toBe(1);
    });
  });

  describe('what takes part (gh-typeorm-1895, gh-typeorm-11404)', () => {
    let seeded: Entry;
    const custom = () =>
      entries.extend({
        register(this: Repository<Entry>, text: string) {
          return this.save({ text });
        },
      });
    class OwnRepository extends Repository<Entry> {
      constructor(source: DataSource) {
        super(Entry, source.createEntityManager());
      }
    }
    const fresh = { text: 'path' };
    type Path = (tools: { manager: EntityManager; before: ReturnType<typeof insertBuilder> }) => Promise<unknown>;
    const insertBuilder = () => entries.createQueryBuilder().insert().values(fresh);

    const paths: Record<string, Path> = {
      'repository.save': () => entries.save(entries.create(fresh)),
      'repository.save of a loaded entity': async () => {
        const entry = await entries.findOneByOrFail({ id: seeded.id });
        entry.amount = 5;
        return entries.save(entry);
      },
      'repository.insert': () => entries.insert(fresh),
      'repository.update': () => entries.update({ id: seeded.id }, { amount: 5 }),
      'repository.upsert': () => entries.upsert({ text: 'seed', amount: 5 }, ['text']),
      'repository.increment': () => entries.increment({ id: seeded.id }, 'amount', 5),
      'repository.delete': () => entries.delete({ id: seeded.id }),
      'repository.remove': async () => entries.remove(await entries.findOneByOrFail({ id: seeded.id })),
      'repository.softDelete': () => entries.softDelete({ id: seeded.id }),
      'repository.softRemove': async () => entries.softRemove(await entries.findOneByOrFail({ id: seeded.id })),
      'repository query builder: insert': () => insertBuilder().execute(),
      'repository query builder: update': () =>
        entries.createQueryBuilder().update().set({ amount: 5 }).where({ id: seeded.id }).execute(),
      'repository query builder: delete': () =>
        entries.createQueryBuilder().delete().where({ id: seeded.id }).execute(),
      'repository.query': () => entries.query("INSERT INTO entry (text) VALUES ('path')"),
      'manager.save': ({ manager }) => manager.save(Entry, fresh),
      'manager.insert': ({ manager }) => manager.insert(Entry, fresh),
      'manager.query': ({ manager }) => manager.query("INSERT INTO entry (text) VALUES ('path')"),
      'manager.sql': ({ manager }) => manager.sql`INSERT INTO entry (text) VALUES (${'path'})`,
      'manager.createQueryBuilder': ({ manager }) =>
        manager.createQueryBuilder().insert().into(Entry).values(fresh).execute(),
      'manager.getRepository': ({ manager }) => manager.getRepository(Entry).save(fresh),
      'manager.transaction': ({ manager }) => manager.transaction((inner) => inner.save(Entry, fresh)),
      'manager.withRepository': ({ manager }) => manager.withRepository(entries).save(fresh),
      'repository.extend': () => custom().register('path'),
      'own repository with createEntityManager()': () => new OwnRepository(dataSource).save(fresh),
      'dataSource.query': () => dataSource.query("INSERT INTO entry (text) VALUES ('path')"),
      'dataSource.createQueryBuilder': () =>
        dataSource.createQueryBuilder().insert().into(Entry).values(fresh).execute(),
      'dataSource.transaction': () => dataSource.transaction((inner) => inner.save(Entry, fresh)),
      'a query builder made before': ({ before }) => before.execute(),
      'tree repository': () => dataSource.getTreeRepository(Section).save({ title: 'path' }),
      'model repository: add': () => notes.add({ text: 'path' }),
      'model repository: typeorm': () => notes.typeorm.insert({ text: 'path' }),
      'unitOfWork.manager': () => unitOfWork.manager.save(Entry, fresh),
    };
    if (engine !== 'mariadb') paths['repository.clear'] = () => entries.clear();

    const everything = async () => {
      const tables: unknown[] = [];
      for (const table of ['entry', 'note', 'section']) {
        tables.push(await outside.rows(`SELECT * FROM ${table} ORDER BY id`));
      }
      return JSON.stringify(tables);
    };

    beforeEach(async () => {
      seeded = await entries.save({ text: 'seed' });
    });

    it.each(Object.entries(paths))('%s', async (_name, path) => {
      const tools = { manager: dataSource.manager, before: insertBuilder() };
      const original = await everything();
      await rolledBack(() => path(tools));
      expect(await everything()).toBe(original);
      // The same path writes when nothing fails: the check above could have failed.
      await unitOfWork.run(() => path({ manager: dataSource.manager, before: insertBuilder() }));
      expect(await everything()).not.toBe(original);
    });

    (engine === 'mariadb' ? it : it.skip)('clear() and DDL, at which MariaDB commits, are refused', async () => {
      const attempt = unitOfWork.run(async () => {
        await put('dropped');
        await entries.clear();
      });
      await expect(attempt).rejects.toThrow(/TRUNCATE inside a unit of work: the database would commit/);
      expect(await stored()).toEqual(['seed']);
    });

    it('reads too: they see what the transaction has written', async () => {
      await rolledBack(async () => {
        await put('unseen');
        const reads = [
          entries.count(),
          dataSource.manager.count(Entry),
          new OwnRepository(dataSource).count(),
          dataSource.createQueryBuilder(Entry, 'e').getCount(),
        ];
        expect(await Promise.all(reads)).toEqual([2, 2, 2, 2]);
        if (isSqlite || hasConcurrency) expect(await stored()).toEqual(['seed']);
      });
    });

    concurrent('a query runner of its own does not', async () => {
      await rolledBack(async () => {
        const runner = dataSource.createQueryRunner();
        try {
          await runner.manager.insert(Entry, { text: 'apart' });
        } finally {
          await runner.release();
        }
      });
      expect(await stored()).toEqual(['apart', 'seed']);
    });

    (isSqlite || hasConcurrency ? it : it.skip)('other data sources are untouched', async () => {
      const other = await openDataSource(engine, NOTEBOOK);
      try {
        const others = other.dataSource.getRepository(Entry);
        const otherUnit = new UnitOfWork(other.dataSource);
        await rolledBack(async () => {
          expect(otherUnit.isActive).toBe(false);
          await others.insert({ text: 'other' });
          await otherUnit.run(async () => {
            await others.insert({ text: 'other unit' });
            await put('dropped');
          });
        });
        expect((await others.find({ order: { text: 'ASC' } })).map(({ text }) => text)).toEqual([
          'other',
          'other unit',
        ]);
        expect(await stored()).toEqual(['seed']);
      } finally {
        await other.close();
      }
    });

    it('code that begins or ends a transaction by hand is refused, and its savepoints are kept in', async () => {
      await unitOfWork.run(async () => {
        const runner = unitOfWork.manager.queryRunner!;
        for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN', ' start transaction']) {
          await expect(dataSource.query(sql)).rejects.toThrow(/inside a unit of work: it begins and ends/);
        }
        await expect(runner.commitTransaction()).rejects.toThrow(ConfigurationError);
        await expect(runner.rollbackTransaction()).rejects.toThrow(ConfigurationError);
        await put('kept');
        await runner.startTransaction();
        await put('dropped');
        await runner.rollbackTransaction();
        await runner.startTransaction();
        await put('kept too');
        await runner.commitTransaction();
        await runner.release();
        expect(runner.isTransactionActive).toBe(true);
        await put('last');
      });
      expect(await stored()).toEqual(['kept', 'kept too', 'last', 'seed']);
    });

    it('a savepoint by hand that is never ended shares the fate of the transaction', async () => {
      const leave = async (text: string) => {
        await put(text);
        const runner = unitOfWork.manager.queryRunner!;
        await runner.startTransaction();
        await runner.startTransaction();
        await put(`${text} in it`);
      };
      await rolledBack(() => leave('dropped'));
      await unitOfWork.run(async () => {
        await unitOfWork.run(() => failing(() => leave('nested')), { propagation: 'NESTED' }).catch(() => undefined);
        await leave('kept');
      });
      expect(await stored()).toEqual(['kept', 'kept in it', 'seed']);
    });
  });

  describe('NESTED (gh-typeorm-transactional-54)', () => {
    it('is a real savepoint', async () => {
      const recorder = new QueryRecorder(dataSource);
      const insert = (text: string) => dataSource.query(`INSERT INTO entry (text) VALUES ('${text}')`);
      await recorder.record(() =>
        unitOfWork.run(async () => {
          await insert('outer');
          await unitOfWork.run(() => failing(() => insert('inner')), { propagation: 'NESTED' }).catch(() => undefined);
          await unitOfWork.run(() => insert('second'), { propagation: 'NESTED' });
        }),
      );
      expect(recorder.queries.map(({ sql }) => sql.replace(/ (?:TRANSACTION|INTO).*/s, ''))).toEqual([
        isSqlite ? 'BEGIN' : 'START',
        'INSERT',
        'SAVEPOINT typeorm_1',
        'INSERT',
        'ROLLBACK TO SAVEPOINT typeorm_1',
        'SAVEPOINT typeorm_1',
        'INSERT',
        'RELEASE SAVEPOINT typeorm_1',
        'COMMIT',
      ]);
      expect(await stored()).toEqual(['outer', 'second']);
    });

    it('three deep: the middle one takes the innermost with it', async () => {
      await unitOfWork.run(async () => {
        await put('1');
        const middle = unitOfWork.run(
          () =>
            failing(async () => {
              await put('2');
              await unitOfWork.run(() => put('3'), { propagation: 'NESTED' });
              expect(await entries.count()).toBe(3);
            }),
          { propagation: 'NESTED' },
        );
        await expect(middle).rejects.toThrow(Refusal);
        expect(await entries.count()).toBe(1);
      });
      expect(await stored()).toEqual(['1']);
    });

    it('plain transaction() inside is one, whoever calls it, with its own hooks', async () => {
      const ran: string[] = [];
      await unitOfWork.run(async () => {
        await put('outer');
        const plain = dataSource.transaction((manager) =>
          failing(async () => {
            await manager.insert(Entry, { text: 'dropped' });
            await put('dropped too');
            unitOfWork.afterCommit(() => ran.push('commit of dropped'));
            unitOfWork.afterRollback(() => ran.push('rollback of dropped'));
          }),
        );
        await expect(plain).rejects.toThrow(Refusal);
        await dataSource.manager.transaction('SERIALIZABLE', async (manager) => {
          unitOfWork.afterCommit(() => ran.push('commit of kept'));
          await manager.transaction(async (deeper) => {
            await deeper.insert(Entry, { text: 'kept' });
          });
        });
        expect(ran).toEqual([]);
      });
      expect(await stored()).toEqual(['kept', 'outer']);
      expect(ran).toEqual(['rollback of dropped', 'commit of kept']);
    });

    concurrent('the outer manager inside REQUIRES_NEW still makes savepoints of the outer', async () => {
      await rolledBack(async () => {
        const outer = unitOfWork.manager.queryRunner!.manager;
        await unitOfWork.run(
          async () => {
            await outer.transaction((manager) => manager.insert(Entry, { text: 'outer' }));
            // Another table: MariaDB's gap locks would make the two wait for each other.
            await notes.add({ text: 'new' });
          },
          { propagation: 'REQUIRES_NEW' },
        );
        expect(await entries.count()).toBe(1);
      });
      expect(await stored()).toEqual([]);
      expect(await outside.rows('SELECT text FROM note')).toEqual([{ text: 'new' }]);
    });
  });

  describe('hooks (gh-typeorm-2816)', () => {
    const ran: string[] = [];
    beforeEach(() => {
      ran.length = 0;
    });
    const hooks = (name: string) => {
      unitOfWork.afterCommit(() => ran.push(`${name} committed`));
      unitOfWork.afterRollback(() => ran.push(`${name} rolled back`));
    };

    it('run once, in order, after the outermost commit, when the data can be seen', async () => {
      const seen: string[][] = [];
      const result = await unitOfWork.run(async () => {
        unitOfWork.afterCommit(async () => seen.push(await stored()));
        hooks('first');
        await put('kept');
        await unitOfWork.run(() => hooks('joined'));
        await unitOfWork.run(() => hooks('nested'), { propagation: 'NESTED' });
        hooks('last');
        expect(ran).toEqual([]);
        return 'result';
      });
      expect(result).toBe('result');
      expect(seen).toEqual([['kept']]);
      expect(ran).toEqual(['first committed', 'joined committed', 'nested committed', 'last committed']);
    });

    it('run after the rollback, each once', async () => {
      await rolledBack(async () => {
        hooks('outer');
        await unitOfWork.run(() => hooks('nested'), { propagation: 'NESTED' });
        unitOfWork.afterRollback(async () => ran.push(`sees ${String((await stored()).length)}`));
        await put('dropped');
      });
      expect(ran).toEqual(['outer rolled back', 'nested rolled back', 'sees 0']);
    });

    it('of a savepoint that was undone: rollback hooks when the transaction has ended, commit hooks never', async () => {
      await unitOfWork.run(async () => {
        hooks('outer');
        const nested = () =>
          failing(async () => {
            hooks('nested');
            await unitOfWork.run(() => hooks('deeper'), { propagation: 'NESTED' });
          });
        await unitOfWork.run(nested, { propagation: 'NESTED' }).catch(() => undefined);
        expect(ran).toEqual([]);
      });
      expect(ran).toEqual(['nested rolled back', 'deeper rolled back', 'outer committed']);
    });

    it('that throw change nothing: they are logged, and the others run', async () => {
      const result = await unitOfWork.run(async () => {
        await put('kept');
        unitOfWork.afterCommit(() => {
          throw new Error('at once');
        });
        unitOfWork.afterCommit(() => Promise.reject(new Error('later')));
        hooks('other');
        return 'result';
      });
      expect(result).toBe('result');
      expect(await stored()).toEqual(['kept']);
      expect(ran).toEqual(['other committed']);
      expect(logged.map(([message, cause]) => [message, (cause as Error).message])).toEqual([
        ['A hook of afterCommit failed; the transaction is not affected.', 'at once'],
        ['A hook of afterCommit failed; the transaction is not affected.', 'later'],
      ]);
    });

    it('use the database outside the transaction, in units of their own too', async () => {
      await unitOfWork.run(async () => {
        await put('first');
        unitOfWork.afterCommit(async () => {
          expect(unitOfWork.isActive).toBe(false);
          await put('from the hook');
          await unitOfWork.run(() => put('from its unit'));
          unitOfWork.afterCommit(() => ran.push('at once'));
          expect(ran).toEqual(['at once']);
        });
      });
      expect(logged).toEqual([]);
      expect(await stored()).toEqual(['first', 'from its unit', 'from the hook']);
    });

    it('without a transaction: afterCommit runs at once, afterRollback never', () => {
      hooks('free');
      expect(ran).toEqual(['free committed']);
    });

    concurrent('of REQUIRES_NEW run at its own end, and are no part of the transaction around it', async () => {
      await rolledBack(async () => {
        hooks('outer');
        await put('outer');
        await unitOfWork.run(
          async () => {
            hooks('inner');
            unitOfWork.afterCommit(() => put('from the hook'));
            // Its statement fails, which would abort a PostgreSQL transaction around it.
            unitOfWork.afterCommit(() => dataSource.query('no such statement'));
            await put('inner');
          },
          { propagation: 'REQUIRES_NEW' },
        );
        expect(ran).toEqual(['inner committed']);
        expect(await entries.countBy({ text: 'outer' })).toBe(1);
      });
      expect(ran).toEqual(['inner committed', 'outer rolled back']);
      expect(await stored()).toEqual(['from the hook', 'inner']);
    });
  });

  describe('statements', () => {
    it('a unit of work that touches no data sends none and takes no connection', async () => {
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(() =>
        unitOfWork.run(async () => {
          await unitOfWork.run(() => undefined);
          unitOfWork.afterCommit(() => undefined);
          await unitOfWork.reset();
        }),
      );
      await recorder.record(() => unitOfWork.run(() => Promise.reject(new Refusal())).catch(() => undefined));
      expect(recorder.queries).toEqual([]);
    });

    it('of one transaction run one after the other', async () => {
      let running = 0;
      let most = 0;
      let all = 0;
      const subscriber = {
        beforeQuery: () => {
          all++;
          most = Math.max(most, ++running);
        },
        afterQuery: () => {
          running--;
        },
      };
      dataSource.subscribers.push(subscriber);
      try {
        await unitOfWork.run(() =>
          Promise.all([
            ...Array.from({ length: 8 }, (_, index) => put(`many ${index}`)),
            ...Array.from({ length: 8 }, () => entries.find()),
            entries.save([{ text: 'a' }, { text: 'b' }]),
          ]),
        );
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      expect(most).toBe(1);
      expect(all).toBeGreaterThanOrEqual(18);
      expect(await stored()).toHaveLength(10);
    });

    it('concurrent NESTED scopes do not interleave: one rolls back, the others stay', async () => {
      await unitOfWork.run(async () => {
        const scope = (name: string, fails: boolean) =>
          unitOfWork.run(
            async () => {
              await put(`${name} 1`);
              await put(`${name} 2`);
              if (fails) throw new Refusal();
            },
            { propagation: 'NESTED' },
          );
        const names = ['a', 'b', 'c', 'd', 'e', 'f'];
        const results = await Promise.allSettled(names.map((name, index) => scope(name, index % 2 === 0)));
        expect(results.map(({ status }) => status)).toEqual(
          names.map((_, index) => (index % 2 === 0 ? 'rejected' : 'fulfilled')),
        );
      });
      expect(await stored()).toEqual(['b 1', 'b 2', 'd 1', 'd 2', 'f 1', 'f 2']);
    });

    it('of the outer scope wait while a savepoint is open', async () => {
      const opened = latch();
      const order: string[] = [];
      await unitOfWork.run(async () => {
        const nested = unitOfWork.run(
          () =>
            failing(async () => {
              await put('nested 1');
              opened.open();
              await put('nested 2');
              await put('nested 3');
              order.push('nested ends');
            }),
          { propagation: 'NESTED' },
        );
        await opened.opened;
        const beside = put('outer').then(() => order.push('outer written'));
        await expect(nested).rejects.toThrow(Refusal);
        await beside;
      });
      expect(order).toEqual(['nested ends', 'outer written']);
      expect(await stored()).toEqual(['outer']);
    });

    it('of a failing Promise.all do not outlive the transaction', async () => {
      const others: Promise<unknown>[] = [];
      const attempt = unitOfWork.run(() => {
        const save = async (text: string) => {
          await put(text);
          await put(`${text} again`);
          await put(`${text} once more`);
        };
        others.push(
          save('a'),
          save('b'),
          put('c').then(() => Promise.reject(new Refusal())),
        );
        return Promise.all(others);
      });
      await expect(attempt).rejects.toThrow(Refusal);
      const results = await Promise.allSettled(others);
      expect(await stored()).toEqual([]);
      for (const result of results.slice(0, 2)) {
        expect(result.status === 'fulfilled' || result.reason instanceof TransactionEndedError).toBe(true);
      }
    });

    it('of a subscriber run inside the statement that caused them', async () => {
      const subscriber = {
        afterInsert: async (event: { manager: EntityManager; entity: { text: string } }) => {
          if (event.entity.text === 'cause') await event.manager.insert(Entry, { text: 'effect' });
        },
        afterQuery: async (event: { query: string; manager: EntityManager }) => {
          if (event.query.includes('INTO') && event.query.includes('note')) await event.manager.count(Entry);
        },
      };
      dataSource.subscribers.push(subscriber);
      try {
        await rolledBack(() => put('cause'));
        expect(await stored()).toEqual([]);
        await unitOfWork.run(async () => {
          await put('cause');
          await notes.add({ text: 'note' });
        });
        expect(await stored()).toEqual(['cause', 'effect']);
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
    });

    it('that have not been sent when the transaction ends are refused, never stored on their own', async () => {
      const results: { text: string; done: Promise<string> }[] = [];
      for (let hops = 0; hops < 40; hops++) {
        await unitOfWork.run(async () => {
          await put(`unit ${hops}`);
          const text = `late ${hops}`;
          const late = (async () => {
            for (let hop = 0; hop < hops; hop++) await Promise.resolve();
            await dataSource.query(`INSERT INTO entry (text) VALUES ('${text}')`);
          })();
          const done = late.then(
            () => 'stored',
            (error: unknown) => (error instanceof TransactionEndedError ? 'refused' : String(error)),
          );
          results.push({ text, done });
        });
      }
      const kept = await stored();
      for (const { text, done } of results)
        expect([text, await done]).toEqual([text, kept.includes(text) ? 'stored' : 'refused']);
      expect(new Set(await Promise.all(results.map(({ done }) => done)))).toEqual(new Set(['stored', 'refused']));
    });

    it('of TypeORM subscribers that fail around BEGIN and COMMIT leave no transaction behind', async () => {
      const steps = ['beforeTransactionStart', 'afterTransactionStart', 'beforeTransactionCommit'] as const;
      for (const step of steps) {
        const subscriber = { [step]: () => Promise.reject(new Refusal(step)) };
        dataSource.subscribers.push(subscriber);
        try {
          await expect(unitOfWork.run(() => put('dropped'))).rejects.toThrow(step);
        } finally {
          dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
        }
        await unitOfWork.run(() => put(step));
      }
      expect(await stored()).toEqual([...steps].sort());
    });

    it('a TypeORM subscriber that fails before ROLLBACK does not prevent it', async () => {
      const subscriber = { beforeTransactionRollback: () => Promise.reject(new Error('in the way')) };
      dataSource.subscribers.push(subscriber);
      try {
        await rolledBack(() => put('dropped'));
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      await Promise.all([unitOfWork.run(() => put('next')), put('apart')]);
      expect(await stored()).toEqual(['apart', 'next']);
    });

    it('a TypeORM subscriber that fails after COMMIT is logged: the data is stored', async () => {
      const subscriber = { afterTransactionCommit: () => Promise.reject(new Refusal('late')) };
      const ran: string[] = [];
      dataSource.subscribers.push(subscriber);
      try {
        await unitOfWork.run(async () => {
          unitOfWork.afterCommit(() => ran.push('committed'));
          unitOfWork.afterRollback(() => ran.push('rolled back'));
          await put('kept');
        });
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      expect(await stored()).toEqual(['kept']);
      expect(ran).toEqual(['committed']);
      expect(logged).toEqual([
        ['A subscriber failed after the commit; the transaction is stored.', expect.any(Refusal)],
      ]);
      await unitOfWork.run(() => put('next'));
    });
  });

  describe('reset()', () => {
    it('gives the connection back; the next statement begins anew, for builders made before too', async () => {
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(() =>
        unitOfWork.run(async () => {
          const before = entries.createQueryBuilder('entry');
          const { manager } = unitOfWork.manager.queryRunner!;
          await entries.find();
          await unitOfWork.reset();
          await unitOfWork.reset();
          expect(await before.getCount()).toBe(0);
          expect(await manager.query('SELECT id FROM entry')).toEqual([]);
          await dataSource.query("INSERT INTO entry (text) VALUES ('kept')");
        }),
      );
      const verbs = recorder.queries.map(({ sql }) => sql.split(' ')[0]);
      const begin = isSqlite ? 'BEGIN' : 'START';
      expect(verbs).toEqual([begin, 'SELECT', 'COMMIT', begin, 'SELECT', 'SELECT', 'INSERT', 'COMMIT']);
      expect(await stored()).toEqual(['kept']);
    });

    it('lets others at the connection during the gap, when there is one only', async () => {
      const one = engine === 'sqlite' ? {} : engine === 'postgres' ? { poolSize: 1 } : { poolSize: 1 };
      const single = hasConcurrency
        ? await openDataSource(engine, NOTEBOOK, one)
        : { dataSource, close: async () => {} };
      try {
        const repository = single.dataSource.getRepository(Entry);
        const unit = new UnitOfWork(single.dataSource);
        const [ask, answered] = [latch(), latch()];
        const other = ask.opened.then(() => repository.insert({ text: 'other' }).then(() => answered.open()));
        await unit.run(async () => {
          expect(await repository.count()).toBe(0);
          await unit.reset();
          ask.open();
          await answered.opened;
          expect(await repository.count()).toBe(1);
          await repository.insert({ text: 'own' });
        });
        await other;
        expect(await repository.count()).toBe(2);
      } finally {
        await single.close();
      }
    });

    it.each([
      ['an insert', () => put('x')],
      ['raw SQL', () => dataSource.query("INSERT INTO entry (text) VALUES ('x')")],
      ['an update that matched nothing', () => entries.update({ text: 'none' }, { amount: 1 })],
      ['a released savepoint', () => unitOfWork.run(() => put('x'), { propagation: 'NESTED' })],
      ['a comment before it', () => dataSource.query("/* hint */ INSERT INTO entry (text) VALUES ('x')")],
    ])('is refused after %s, and the work goes on', async (_name, write) => {
      await unitOfWork.run(async () => {
        await write();
        const error = await unitOfWork.reset().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(PendingWritesError);
        expect((error as Error).message).toMatch(HERE);
        await put('after');
      });
      expect(await stored()).toContain('after');
    });

    (engine === 'postgres' ? it : it.skip)(
      'is refused after a CTE that writes, SELECT INTO and two statements in one',
      async () => {
        const writes = [
          "WITH x AS (INSERT INTO entry (text) VALUES ('cte') RETURNING id) SELECT * FROM x",
          'SELECT * INTO TEMP TABLE copied FROM entry',
          "SELECT 1; INSERT INTO entry (text) VALUES ('second')",
          "EXPLAIN ANALYZE INSERT INTO entry (text) VALUES ('explained')",
        ];
        for (const sql of writes) {
          await rolledBack(async () => {
            await dataSource.query(sql);
            await expect(unitOfWork.reset()).rejects.toThrow(PendingWritesError);
          });
        }
        await unitOfWork.run(async () => {
          await dataSource.query('WITH x AS (SELECT * FROM entry) SELECT * FROM x');
          await dataSource.query('SELECT * FROM entry FOR UPDATE');
          await dataSource.query('EXPLAIN SELECT 1');
          await unitOfWork.reset();
        });
      },
    );

    it('is refused inside NESTED, and does nothing without a transaction', async () => {
      await unitOfWork.run(async () => {
        await entries.find();
        await unitOfWork.run(() => expect(unitOfWork.reset()).rejects.toThrow(/inside a NESTED unit of work/), {
          propagation: 'NESTED',
        });
      });
      await unitOfWork.reset();
    });

    (engine === 'postgres' ? it : it.skip)('keeps the isolation', async () => {
      const level = async () => (await dataSource.query('SHOW transaction_isolation'))[0].transaction_isolation;
      await unitOfWork.run(
        async () => {
          expect(await level()).toBe('serializable');
          await unitOfWork.reset();
          expect(await level()).toBe('serializable');
        },
        { isolation: 'SERIALIZABLE' },
      );
    });
  });

  describe('work that goes on after the end', () => {
    const refused = async (late: Promise<unknown>, outcome: string) => {
      const error = await late.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TransactionEndedError);
      expect((error as TransactionEndedError).fields).toMatchObject({ outcome, beganAt: expect.stringMatching(HERE) });
    };

    it.each<[string, () => Promise<unknown>]>([
      ['a plain repository', () => put('late')],
      ['a model repository', () => notes.add({ text: 'late' })],
      ['raw SQL', () => dataSource.query("INSERT INTO entry (text) VALUES ('late')")],
      ['a builder', async () => entries.createQueryBuilder().insert().values({ text: 'late' }).execute()],
      ['dataSource.transaction()', () => dataSource.transaction((manager) => manager.insert(Entry, { text: 'late' }))],
      ...(['REQUIRED', 'NESTED', 'MANDATORY', 'NEVER', 'SUPPORTS'] as const).map(
        (propagation): [string, () => Promise<unknown>] => [
          propagation,
          () => unitOfWork.run(() => put('late'), { propagation }),
        ],
      ),
    ])('is refused: %s', async (_name, work) => {
      const end = latch();
      let late!: Promise<unknown>;
      await unitOfWork.run(async () => {
        await put('kept');
        late = end.opened.then(work);
        late.catch(() => undefined);
      });
      end.open();
      await refused(late, 'committed');
      expect(await stored()).toEqual(['kept']);
      expect(await outside.rows('SELECT * FROM note')).toEqual([]);
    });

    it('after a rollback, of a savepoint too, the error says so', async () => {
      const end = latch();
      const late: Promise<unknown>[] = [];
      await unitOfWork.run(async () => {
        const nested = () => failing(async () => late.push(end.opened.then(() => put('late'))));
        await unitOfWork.run(nested, { propagation: 'NESTED' }).catch(() => undefined);
        end.open();
        await refused(late[0], 'rolled back');
      });
      expect(await stored()).toEqual([]);
    });

    it('from a timer', async () => {
      let late!: Promise<unknown>;
      await unitOfWork.run(async () => {
        late = new Promise((resolve, reject) => setTimeout(() => void put('late').then(resolve, reject), 0));
        late.catch(() => undefined);
      });
      await refused(late, 'committed');
    });

    it('from a subscriber of a statement', async () => {
      const end = latch();
      const late: Promise<unknown>[] = [];
      const subscriber = {
        afterQuery: ({ query, queryRunner }: { query: string; queryRunner: QueryRunner }) => {
          if (query.includes('INSERT'))
            late.push(end.opened.then(() => queryRunner.manager.insert(Entry, { text: 'late' })));
        },
      };
      dataSource.subscribers.push(subscriber);
      try {
        await unitOfWork.run(() => put('kept'));
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      end.open();
      expect(late).toHaveLength(1);
      await refused(late[0], 'committed');
      expect(await stored()).toEqual(['kept']);
    });

    it('a listener belongs to the flow that emits', async () => {
      const emitter = new EventEmitter();
      emitter.on('before', (text: string) => void put(text).then(() => emitter.emit('done')));
      await rolledBack(async () => {
        const done = once(emitter, 'done');
        emitter.emit('before', 'inside');
        await done;
        emitter.on('within', (text: string) => void put(text).then(() => emitter.emit('done')));
      });
      const done = once(emitter, 'done');
      emitter.emit('within', 'outside');
      await done;
      expect(await stored()).toEqual(['outside']);
    });

    it('a generator belongs to the flow that consumes it', async () => {
      async function* insertEach(texts: string[]) {
        for (const text of texts) {
          await put(text);
          yield text;
        }
      }
      let generator!: AsyncGenerator<string>;
      let end!: Promise<void>;
      const ended = latch();
      await rolledBack(async () => {
        generator = insertEach(['inside', 'outside', 'late']);
        await generator.next();
        end = ended.opened.then(async () => {
          await generator.next();
        });
        end.catch(() => undefined);
      });
      await generator.next();
      ended.open();
      await refused(end, 'rolled back');
      expect(await stored()).toEqual(['outside']);
    });

    it('may begin anew: NOT_SUPPORTED and REQUIRES_NEW; afterCommit and afterRollback come too late', async () => {
      const end = latch();
      let late!: Promise<unknown>;
      await unitOfWork.run(async () => {
        late = end.opened.then(async () => {
          expect(unitOfWork.isActive).toBe(false);
          await unitOfWork.run(() => put('apart'), { propagation: 'NOT_SUPPORTED' });
          await unitOfWork.run(() => put('new'), { propagation: 'REQUIRES_NEW' });
          expect(() => unitOfWork.afterCommit(() => undefined)).toThrow(TransactionEndedError);
          expect(() => unitOfWork.afterRollback(() => undefined)).toThrow(TransactionEndedError);
          await expect(unitOfWork.reset()).rejects.toThrow(TransactionEndedError);
        });
      });
      end.open();
      await late;
      expect(await stored()).toEqual(['apart', 'new']);
    });

    it('lazy relations of entities that were read inside load outside', async () => {
      const remark = await unitOfWork.run(async () => {
        const entry = await entries.save({ text: 'lazy' });
        const remarks = dataSource.getRepository(Remark);
        await remarks.insert({ entry: { id: entry.id } as never });
        return remarks.findOneByOrFail({});
      });
      expect((await remark.entry).text).toBe('lazy');
    });

    // The constructor of Repository copies the runner that its manager has at that moment.
    it('a repository that was first asked for inside is as good as any', async () => {
      const fresh = await openDataSource(engine === 'postgres' && !hasConcurrency ? 'sqlite' : engine, NOTEBOOK);
      try {
        const unit = new UnitOfWork(fresh.dataSource);
        await unit.run(() => fresh.dataSource.getRepository(Entry).insert({ text: 'first' }));
        const tree = await unit.run(async () => fresh.dataSource.getTreeRepository(Section));
        const extended = await unit.run(async () => fresh.dataSource.getRepository(Entry).extend({}));
        expect(await fresh.dataSource.getRepository(Entry).createQueryBuilder('entry').getCount()).toBe(1);
        expect(await extended.createQueryBuilder('entry').getCount()).toBe(1);
        expect(await tree.findRoots()).toEqual([]);
      } finally {
        await fresh.close();
      }
    });

    it('a manager and a builder of the transaction are over with it, wherever they are used', async () => {
      let manager!: EntityManager;
      let builder!: ReturnType<typeof insertBuilder>;
      const insertBuilder = () => entries.createQueryBuilder().insert().values({ text: 'late' });
      await unitOfWork.run(async () => {
        manager = unitOfWork.manager.queryRunner!.manager;
        builder = insertBuilder();
        await put('kept');
      });
      await expect(manager.insert(Entry, { text: 'late' })).rejects.toThrow(TransactionEndedError);
      await expect(builder.execute()).rejects.toThrow(TransactionEndedError);
      expect(await stored()).toEqual(['kept']);
    });
  });

  it('1,000 units of work of every kind leave no connection behind', async () => {
    const unit = async (index: number) => {
      const work = async () => {
        if (index % 5 === 4) return;
        await put(`unit ${index}`);
        if (index % 7 === 0) await unitOfWork.run(() => put(`nested ${index}`), { propagation: 'NESTED' });
        if (index % 11 === 0) {
          await unitOfWork
            .run(() => dataSource.query('no such statement'), { propagation: 'NESTED' })
            .catch(() => undefined);
        }
        if (index % 3 === 0) throw new Refusal();
      };
      await unitOfWork.run(work).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    };
    let next = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        while (next < 1_000) await unit(next++);
      }),
    );
    const expected = Array.from({ length: 1_000 }, (_, index) => index).filter((i) => i % 5 !== 4 && i % 3 !== 0);
    const nested = expected.filter((index) => index % 7 === 0);
    expect(await stored()).toHaveLength(expected.length + nested.length);
    const driver = dataSource.driver as any;
    if (engine === 'postgres') {
      expect(driver.master.waitingCount).toBe(0);
      expect(driver.master.idleCount).toBe(driver.master.totalCount);
      expect(driver.connectedQueryRunners).toEqual([]);
    } else if (engine === 'mariadb') {
      expect(driver.pool._freeConnections.length).toBe(driver.pool._allConnections.length);
    } else {
      expect(driver.databaseConnection.inTransaction).toBe(false);
    }
  });
});
