import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, QueryFailedError, type DataSourceOptions, type Repository } from 'typeorm';
import {
  TransactionAbortedError,
  TransactionOutcomeUnknownError,
  UnitOfWork,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { latch } from '../support/latch.js';
import { Entry, Note, NOTEBOOK } from '../support/models/notebook.js';
import { openDataSource } from '../support/open-data-source.js';

describe.each(DATABASES)('failures of transactions on $name', ({ name: engine, hasConcurrency }) => {
  const on = (...engines: string[]) => (engines.includes(engine) ? it : it.skip);
  const onServers = hasConcurrency ? it : it.skip;

  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let entries: Repository<Entry>;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, NOTEBOOK));
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    entries = dataSource.getRepository(Entry);
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });
  beforeEach(async () => {
    // InnoDB keeps deleted rows for a while, and inserting the same key again locks the gap around them.
    const clear = engine === 'mariadb' ? 'TRUNCATE TABLE' : 'DELETE FROM';
    for (const table of ['entry', 'note']) await outside.rows(`${clear} ${table}`);
  });

  const put = (text: string, source: DataSource = dataSource) => source.getRepository(Entry).insert({ text });
  const stored = async () =>
    (await outside.rows('SELECT text FROM entry ORDER BY text')).map(({ text }) => String(text));
  const failed = async (work: Promise<unknown>): Promise<any> => {
    const nothing = Symbol('nothing was thrown');
    const error: unknown = await work.then(
      () => nothing,
      (reason: unknown) => reason,
    );
    expect(error).not.toBe(nothing);
    return error;
  };
  /** Every connection of the pool works and is in no transaction. */
  const poolIsClean = async (source: DataSource = dataSource) => {
    const runners = Array.from({ length: engine === 'sqlite' ? 1 : 5 }, () => source.createQueryRunner());
    try {
      for (const runner of runners) {
        expect(await runner.query('SELECT 1 AS one')).toHaveLength(1);
        if (engine === 'mariadb') {
          expect(await runner.query('SELECT @@in_transaction AS open')).toEqual([{ open: expect.anything() }]);
          expect(Number((await runner.query('SELECT @@in_transaction AS open'))[0].open)).toBe(0);
        } else if (engine === 'postgres' && !hasConcurrency) {
          expect((await runner.connect()).getTransactionStatus()).toBe('I');
        } else if (engine === 'postgres') {
          const pid = (await runner.query('SELECT pg_backend_pid() AS pid'))[0].pid;
          const [{ state }] = await outside.rows(`SELECT state FROM pg_stat_activity WHERE pid = ${pid}`);
          expect(state).toBe('idle');
        } else {
          expect((await runner.connect()).inTransaction).toBe(false);
        }
      }
    } finally {
      for (const runner of runners) await runner.release();
    }
  };

  describe('an error at COMMIT', () => {
    beforeAll(async () => {
      if (engine === 'postgres') {
        await outside.rows('CREATE TABLE slot (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      } else if (engine === 'sqlite') {
        await outside.rows('CREATE TABLE place (id int PRIMARY KEY)');
        await outside.rows('CREATE TABLE slot (n int REFERENCES place (id) DEFERRABLE INITIALLY DEFERRED)');
      }
    });
    const violate = async () => {
      await dataSource.query('INSERT INTO slot VALUES (1)');
      if (engine === 'postgres') await dataSource.query('INSERT INTO slot VALUES (1)');
    };

    on('sqlite', 'postgres')('is the error of the unit of work, and its rollback hooks run', async () => {
      const ran: string[] = [];
      const error = await failed(
        unitOfWork.run(async () => {
          unitOfWork.afterCommit(() => ran.push('committed'));
          unitOfWork.afterRollback(() => ran.push('rolled back'));
          await put('dropped');
          await violate();
        }),
      );
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(ran).toEqual(['rolled back']);
      expect(await stored()).toEqual([]);
      await poolIsClean();
      await unitOfWork.run(() => put('next'));
      expect(await stored()).toEqual(['next']);
    });

    on('sqlite', 'postgres')('refuses what has not been awaited: nothing is stored after it', async () => {
      const late: Promise<unknown>[] = [];
      await failed(
        unitOfWork.run(async () => {
          await violate();
          const chain = async (hops: number) => {
            for (let hop = 0; hop < hops; hop++) await Promise.resolve();
            await dataSource.query(`INSERT INTO entry (text) VALUES ('late ${hops}')`);
          };
          for (let hops = 0; hops < 30; hops++) late.push(chain(hops).catch(() => undefined));
        }),
      );
      await Promise.all(late);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });
  });

  describe('a statement that fails inside', () => {
    it('leaves with its own error, and everything is rolled back', async () => {
      const error = await failed(
        unitOfWork.run(async () => {
          await put('first');
          await dataSource.query('no such statement');
        }),
      );
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });

    on('postgres')(
      'and is caught, aborts the transaction on PostgreSQL: an error, never a silent rollback',
      async () => {
        const ran: string[] = [];
        let cause: unknown;
        const error = await failed(
          unitOfWork.run(async () => {
            unitOfWork.afterCommit(() => ran.push('committed'));
            unitOfWork.afterRollback(() => ran.push('rolled back'));
            await put('dropped');
            cause = await failed(put('dropped'));
            return 'success';
          }),
        );
        expect(error).toBeInstanceOf(TransactionAbortedError);
        expect(error.cause).toBe(cause);
        expect(error.message).toMatch(/unit-of-work-failures\.spec\.ts:\d+/);
        expect(ran).toEqual(['rolled back']);
        expect(await stored()).toEqual([]);
        await poolIsClean();
      },
    );

    on('postgres')('and is caught, refuses what follows with the first error as its cause', async () => {
      let cause: unknown;
      const error = await failed(
        unitOfWork.run(async () => {
          await put('dropped');
          cause = await failed(put('dropped'));
          return stored();
        }),
      );
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(error.cause).toBe(cause);
    });

    on('postgres')('beside the query runner is noticed too', async () => {
      const error = await failed(
        unitOfWork.run(async () => {
          await put('dropped');
          const client = await unitOfWork.manager.queryRunner!.connect();
          await client.query('SELECT 1 / 0').catch(() => undefined);
        }),
      );
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(await stored()).toEqual([]);
    });

    on('sqlite', 'mariadb')('and is caught, fails alone', async () => {
      await unitOfWork.run(async () => {
        await put('kept');
        await failed(put('kept'));
        await put('kept too');
      });
      expect(await stored()).toEqual(['kept', 'kept too']);
    });

    it('and is caught around NESTED, is recovered', async () => {
      await unitOfWork.run(async () => {
        await put('kept');
        const nested = unitOfWork.run(
          async () => {
            await put('dropped');
            await put('kept');
          },
          { propagation: 'NESTED' },
        );
        expect(await failed(nested)).toBeInstanceOf(QueryFailedError);
        await put('kept too');
      });
      expect(await stored()).toEqual(['kept', 'kept too']);
    });

    on('postgres')('and is caught inside NESTED, aborts the savepoint alone', async () => {
      await unitOfWork.run(async () => {
        await put('kept');
        const nested = unitOfWork.run(
          async () => {
            await put('dropped');
            await failed(put('kept'));
          },
          { propagation: 'NESTED' },
        );
        expect(await failed(nested)).toBeInstanceOf(TransactionAbortedError);
        await put('kept too');
      });
      expect(await stored()).toEqual(['kept', 'kept too']);
    });

    it('is recovered by a savepoint made by hand', async () => {
      await unitOfWork.run(async () => {
        await put('kept');
        await dataSource.query('SAVEPOINT own');
        await failed(put('kept'));
        await dataSource.query('ROLLBACK TO SAVEPOINT own');
        await put('kept too');
      });
      expect(await stored()).toEqual(['kept', 'kept too']);
    });

    it('before it reaches the server aborts nothing', async () => {
      await unitOfWork.run(async () => {
        await put('kept');
        await failed(entries.findOneBy({ unknown: 1 } as object));
        await failed(entries.upsert({ text: 'x' }, ['amount', 'unknown'])).catch(() => undefined);
      });
      expect(await stored()).toEqual(['kept']);
    });
  });

  on('sqlite')(
    'SQLite rolls back by itself at ON CONFLICT ROLLBACK: nothing is stored afterwards, nobody waits',
    async () => {
      const conflict = () => dataSource.query("INSERT OR ROLLBACK INTO entry (text) VALUES ('first')");
      for (const nested of [false, true]) {
        const error = await failed(
          unitOfWork.run(async () => {
            await put('first');
            await failed(nested ? unitOfWork.run(conflict, { propagation: 'NESTED' }) : conflict());
            expect(await failed(put('after'))).toBeInstanceOf(TransactionAbortedError);
          }),
        );
        expect(error).toBeInstanceOf(TransactionAbortedError);
        expect(
          await failed(
            unitOfWork.run(async () => {
              await put('first');
              await conflict();
            }),
          ),
        ).toBeInstanceOf(QueryFailedError);
        expect(await stored()).toEqual([]);
        await poolIsClean();
        await put('free');
        await entries.delete({ text: 'free' });
      }
    },
  );

  (engine === 'mariadb' ? describe : describe.skip)('a deadlock on MariaDB', () => {
    /** Two transactions that wait for each other; the one that did more is the survivor. */
    const deadlock = async (insideVictim: (provoke: () => Promise<unknown>) => Promise<unknown>) => {
      await entries.insert([{ text: 'one' }, { text: 'two' }]);
      const [victimReady, otherReady] = [latch(), latch()];
      const victim = unitOfWork.run(() =>
        insideVictim(async () => {
          await entries.update({ text: 'one' }, { amount: 1 });
          victimReady.open();
          await otherReady.opened;
          await entries.update({ text: 'two' }, { amount: 1 });
        }),
      );
      victim.catch(() => undefined);
      const other = (async () => {
        await outside.rows('BEGIN');
        // Weight: the server rolls back the transaction that changed less.
        for (let i = 0; i < 20; i++) await outside.rows(`INSERT INTO note (text) VALUES ('weight ${i}')`);
        await outside.rows("UPDATE entry SET amount = 2 WHERE text = 'two'");
        await victimReady.opened;
        otherReady.open();
        await outside.rows("UPDATE entry SET amount = 2 WHERE text = 'one'");
        await outside.rows('COMMIT');
      })();
      const error = await failed(victim);
      await other;
      return error;
    };
    const amounts = async () =>
      (await outside.rows('SELECT text, amount FROM entry ORDER BY text')).map(({ text, amount }) => [text, amount]);

    it('leaves with its own error', async () => {
      const error = await deadlock(async (provoke) => {
        await put('dropped');
        await provoke();
      });
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(error.driverError.errno).toBe(1213);
      expect(await amounts()).toEqual([
        ['one', 2],
        ['two', 2],
      ]);
      await poolIsClean();
    });

    it('that is caught drops the whole transaction: no later statement is stored on its own', async () => {
      const later: unknown[] = [];
      const error = await deadlock(async (provoke) => {
        await put('dropped');
        expect((await failed(provoke())).driverError.errno).toBe(1213);
        later.push(await failed(put('after')));
        later.push(await failed(unitOfWork.run(() => put('nested after'), { propagation: 'NESTED' })));
      });
      expect(later).toEqual([expect.any(TransactionAbortedError), expect.any(TransactionAbortedError)]);
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(error.cause.driverError.errno).toBe(1213);
      expect(await stored()).toEqual(['one', 'two']);
      await poolIsClean();
    });

    it('inside NESTED takes the outer with it', async () => {
      const error = await deadlock(async (provoke) => {
        await put('dropped');
        const nested = await failed(unitOfWork.run(provoke, { propagation: 'NESTED' }));
        expect(nested.driverError.errno).toBe(1213);
        expect(await failed(put('after'))).toBeInstanceOf(TransactionAbortedError);
      });
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(await stored()).toEqual(['one', 'two']);
      await poolIsClean();
    });
  });

  on('mariadb')('a changed row in snapshot isolation drops the transaction too', async () => {
    await put('row');
    const error = await failed(
      unitOfWork.run(async () => {
        await dataSource.query('SET SESSION innodb_snapshot_isolation = ON');
        try {
          await entries.find();
          await outside.rows("UPDATE entry SET amount = 7 WHERE text = 'row'");
          const changed = await failed(entries.update({ text: 'row' }, { amount: 8 }));
          expect(changed.driverError.errno).toBe(1020);
          expect(await failed(put('after'))).toBeInstanceOf(TransactionAbortedError);
        } finally {
          const connection = await unitOfWork.manager.queryRunner!.connect();
          await connection.promise().query('SET SESSION innodb_snapshot_isolation = OFF');
        }
      }),
    );
    expect(error).toBeInstanceOf(TransactionAbortedError);
    expect(await stored()).toEqual(['row']);
    await poolIsClean();
  });

  on('mariadb')('a lock wait timeout on MariaDB takes its statement alone', async () => {
    await put('held');
    await outside.rows('BEGIN');
    await outside.rows("UPDATE entry SET amount = 1 WHERE text = 'held'");
    try {
      await unitOfWork.run(async () => {
        await dataSource.query('SET SESSION innodb_lock_wait_timeout = 1');
        await put('kept');
        const error = await failed(entries.update({ text: 'held' }, { amount: 2 }));
        expect(error.driverError.errno).toBe(1205);
        await put('kept too');
        await dataSource.query('SET SESSION innodb_lock_wait_timeout = 50');
      });
    } finally {
      await outside.rows('COMMIT');
    }
    expect(await stored()).toEqual(['held', 'kept', 'kept too']);
  });

  describe('a connection that breaks', () => {
    const kill = async () => {
      const runner = unitOfWork.manager.queryRunner!;
      const id = engine === 'postgres' ? 'pg_backend_pid()' : 'CONNECTION_ID()';
      const [{ id: connection }] = await runner.query(`SELECT ${id} AS id`);
      const socket = await runner.connect();
      const gone = new Promise((resolve) => (socket.stream ?? socket.connection.stream).once('close', resolve));
      await outside.rows(
        engine === 'postgres' ? `SELECT pg_terminate_backend(${connection})` : `KILL CONNECTION ${connection}`,
      );
      await gone;
    };

    onServers('in the middle: the next statement fails, nothing is stored, the pool is sound', async () => {
      const ran: string[] = [];
      const error = await failed(
        unitOfWork.run(async () => {
          unitOfWork.afterRollback(() => ran.push('rolled back'));
          await put('dropped');
          await kill();
          await put('after');
        }),
      );
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(TransactionOutcomeUnknownError);
      expect(ran).toEqual(['rolled back']);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });

    onServers('and whose error is caught: nothing can be kept', async () => {
      const error = await failed(
        unitOfWork.run(async () => {
          await put('dropped');
          await kill();
          await failed(put('after'));
          expect(await failed(put('later'))).toBeInstanceOf(TransactionAbortedError);
        }),
      );
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });

    onServers('before COMMIT leaves: nothing is stored, and that is known', async () => {
      const error = await failed(
        unitOfWork.run(async () => {
          await put('dropped');
          await kill();
        }),
      );
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });

    onServers('inside NESTED: the outer cannot go on', async () => {
      const error = await failed(
        unitOfWork.run(async () => {
          await put('dropped');
          const nested = unitOfWork.run(
            async () => {
              await kill();
              await put('after');
            },
            { propagation: 'NESTED' },
          );
          await failed(nested);
          expect(await failed(put('later'))).toBeInstanceOf(TransactionAbortedError);
        }),
      );
      expect(error).toBeInstanceOf(TransactionAbortedError);
      expect(await stored()).toEqual([]);
      await poolIsClean();
    });

    on('postgres')('killed during COMMIT: the outcome is unknown', async () => {
      if (!hasConcurrency) return;
      await outside.rows(`CREATE OR REPLACE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$`);
      await outside.rows(`CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.text = 'slow commit') EXECUTE FUNCTION wait_at_commit()`);
      await outside.rows('SELECT pg_advisory_lock(4711)');
      let pid = 0;
      const committing = failed(
        unitOfWork.run(async () => {
          [{ pid }] = await dataSource.query('SELECT pg_backend_pid() AS pid');
          await put('slow commit');
        }),
      );
      const waiting = () =>
        outside.rows(
          `SELECT 1 FROM pg_stat_activity WHERE pid = ${pid} AND query = 'COMMIT' AND wait_event = 'advisory'`,
        );
      while ((await waiting()).length === 0);
      await outside.rows(`SELECT pg_terminate_backend(${pid})`);
      expect(await committing).toBeInstanceOf(TransactionOutcomeUnknownError);
      await outside.rows('SELECT pg_advisory_unlock(4711)');
      await outside.rows('DROP TRIGGER wait ON entry');
      await poolIsClean();
    });

    (hasConcurrency ? describe : describe.skip)('at COMMIT, cut on the wire', () => {
      let proxy: CuttingProxy;
      let behind: DataSource;
      beforeAll(async () => {
        const { host, port } = dataSource.options as { host: string; port: number };
        proxy = await startCuttingProxy(host, port);
        behind = withSqlModelExt(
          new DataSource({
            ...dataSource.options,
            host: '127.0.0.1',
            port: proxy.port,
            synchronize: false,
          } as DataSourceOptions),
        );
        await behind.initialize();
      });
      afterAll(async () => {
        await behind.destroy();
        await proxy.close();
      });

      it.each(['before', 'after'] as const)('%s the server has it: TransactionOutcomeUnknownError', async (moment) => {
        const ran: string[] = [];
        const unit = new UnitOfWork(behind);
        const error = await failed(
          unit.run(async () => {
            unit.afterCommit(() => ran.push('committed'));
            unit.afterRollback(() => ran.push('rolled back'));
            await put(moment, behind);
            proxy.cutAt('COMMIT', moment);
          }),
        );
        expect(error).toBeInstanceOf(TransactionOutcomeUnknownError);
        expect(error.message).toMatch(/unit-of-work-failures\.spec\.ts:\d+/);
        expect(ran).not.toContain('committed');
        // Both things happen, which is why nobody can know.
        expect(await stored()).toEqual(moment === 'after' ? ['after'] : []);
        await poolIsClean(behind);
      });

      it('at BEGIN: its error, and the next unit of work has another connection', async () => {
        const unit = new UnitOfWork(behind);
        proxy.cutAt('START TRANSACTION', 'before');
        expect(await failed(unit.run(() => put('x', behind)))).toBeInstanceOf(QueryFailedError);
        proxy.cutAt('START TRANSACTION', 'after');
        await unit.run(async () => {
          await failed(put('first try', behind));
          await put('second try', behind);
        });
        expect(await stored()).toEqual(['second try']);
        await poolIsClean(behind);
      });
    });
  });

  it('models keep no memory of what was rolled back', async () => {
    const notes = dataSource.getRepository(Note);
    const note = await notes.save(notes.create({ text: 'kept' }));
    await failed(
      unitOfWork.run(async () => {
        note.text = 'changed';
        await notes.save(note);
        throw new Error('roll back');
      }),
    );
    await notes.save(note);
    expect(await outside.rows('SELECT text FROM note')).toEqual([{ text: 'changed' }]);
  });
});
