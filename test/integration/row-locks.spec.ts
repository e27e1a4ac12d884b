import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DeleteDateColumn,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  QueryFailedError,
  type DataSource,
  type Relation,
} from 'typeorm';
import {
  Bool,
  ConfigurationError,
  Int,
  LockNotAvailableError,
  Model,
  ModelRepository,
  RecordNotFoundError,
  Str64,
  TransactionAbortedError,
  TransactionRequiredError,
  UnitOfWork,
  Uuid,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { isLocked } from '../../lib/locking/index.js';
import { DATABASES } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { Author, Book, LIBRARY } from '../support/models/library.js';
import { latch } from '../support/latch.js';
import { openDataSource } from '../support/open-data-source.js';

describe.each(DATABASES)('withForUpdate on $name', ({ name: engine, hasConcurrency }) => {
  const concurrent = hasConcurrency ? it : it.skip;
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let author: Author;
  let book: Book;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, LIBRARY));
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
    author = await authors.add({ name: 'Ada', email: 'ada@example.org' });
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });
  beforeEach(async () => {
    book = await books.add({ title: 'Notes', authorId: author.id });
  });

  const lock = (id = book.id) => books.getExistOne(id, { withForUpdate: true });
  const holds = (entity: Book) => isLocked(books.typeorm.metadata, entity);
  /** Whether somebody else is refused the row, without waiting. */
  const isBlocked = (id: string, table = 'book') =>
    outside.rows(`SELECT id FROM ${table} WHERE id = '${id}' FOR UPDATE NOWAIT`).then(
      () => false,
      () => true,
    );
  class Refusal extends Error {}
  const undone = async (work: () => Promise<unknown>, nested = false) => {
    const attempt = unitOfWork.run(
      async () => {
        await work();
        throw new Refusal();
      },
      nested ? { propagation: 'NESTED' } : {},
    );
    await expect(attempt).rejects.toThrow(Refusal);
  };

  it('needs a transaction', async () => {
    await expect(lock()).rejects.toThrow(TransactionRequiredError);
    await expect(books.get({}, { fetch: 'all', withForUpdate: true })).rejects.toThrow(TransactionRequiredError);
    expect(holds(book)).toBe(false);
    await unitOfWork.run(async () => {
      if (hasConcurrency) {
        await expect(unitOfWork.run(() => lock(), { propagation: 'NOT_SUPPORTED' })).rejects.toThrow(
          TransactionRequiredError,
        );
      }
    });
  });

  it('asks for the lock in SQL, except on SQLite', async () => {
    const recorder = new QueryRecorder(dataSource);
    await recorder.record(() => unitOfWork.run(() => lock()));
    const [, select] = recorder.queries;
    expect(/FOR UPDATE/.test(select.sql)).toBe(engine !== 'sqlite');
  });

  it('is noted for the rows that were read with it, until the transaction ends', async () => {
    const other = await books.add({ title: 'Other', authorId: author.id });
    let locked!: Book;
    await unitOfWork.run(async () => {
      await books.getOne(book.id);
      expect(holds(book)).toBe(false);
      locked = await lock();
      expect([holds(locked), holds(book), holds(other)]).toEqual([true, true, false]);
      await unitOfWork.run(async () => expect(holds(locked)).toBe(true));
      await unitOfWork.run(async () => expect(holds(locked)).toBe(true), { propagation: 'NESTED' });
      if (hasConcurrency) {
        await unitOfWork.run(async () => expect(holds(locked)).toBe(false), { propagation: 'REQUIRES_NEW' });
        await unitOfWork.run(async () => expect(holds(locked)).toBe(false), { propagation: 'NOT_SUPPORTED' });
      }
    });
    expect(holds(locked)).toBe(false);
    await unitOfWork.run(async () => expect(holds(locked)).toBe(false));
  });

  it('inside a savepoint is kept when it is released and given up when it is undone', async () => {
    const [kept, dropped] = await books.add([
      { title: 'Kept', authorId: author.id },
      { title: 'Dropped', authorId: author.id },
    ]);
    await unitOfWork.run(async () => {
      await lock();
      await unitOfWork.run(() => lock(kept.id), { propagation: 'NESTED' });
      await undone(async () => {
        await lock();
        await lock(dropped.id);
        await unitOfWork.run(() => lock(dropped.id), { propagation: 'NESTED' });
        expect(holds(dropped)).toBe(true);
      }, true);
      expect([holds(book), holds(kept), holds(dropped)]).toEqual([true, true, false]);
      // PostgreSQL gives such locks back; InnoDB keeps them to the end.
      if (engine === 'postgres' && hasConcurrency) {
        expect(await isBlocked(dropped.id)).toBe(false);
        expect(await isBlocked(kept.id)).toBe(true);
      }
    });
  });

  it('is given up by reset()', async () => {
    await unitOfWork.run(async () => {
      await lock();
      await unitOfWork.reset();
      expect(holds(book)).toBe(false);
      if (hasConcurrency) expect(await isBlocked(book.id)).toBe(false);
      await lock();
      expect(holds(book)).toBe(true);
      if (hasConcurrency) expect(await isBlocked(book.id)).toBe(true);
    });
  });

  it('loads relations beside it (gh-typeorm-4084)', async () => {
    await unitOfWork.run(async () => {
      const locked = await books.getExistOne(book.id, {
        withForUpdate: true,
        load: ['author', 'shelf', 'tags', 'loans'],
      });
      expect(locked.author.name).toBe('Ada');
      expect([locked.shelf, locked.tags, locked.loans]).toEqual([null, [], []]);
      expect(holds(locked)).toBe(true);
      expect(isLocked(authors.typeorm.metadata, locked.author)).toBe(false);
      if (hasConcurrency) {
        expect(await isBlocked(book.id)).toBe(true);
        if (engine === 'postgres') expect(await isBlocked(author.id, 'author')).toBe(false);
      }
    });
  });

  concurrent('a second connection is refused the row until the end', async () => {
    expect(await isBlocked(book.id)).toBe(false);
    await unitOfWork.run(async () => {
      await books.getOne(book.id);
      expect(await isBlocked(book.id)).toBe(false);
      await lock();
      expect(await isBlocked(book.id)).toBe(true);
    });
    expect(await isBlocked(book.id)).toBe(false);
    await undone(async () => {
      await lock();
      expect(await isBlocked(book.id)).toBe(true);
    });
    expect(await isBlocked(book.id)).toBe(false);
  });

  it('makes read-modify-write safe: nothing is lost', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 5; round++) {
          await unitOfWork.run(async () => {
            const row = await lock();
            await books.update(row, { stock: row.stock + 1 });
          });
        }
      }),
    );
    expect((await books.getExistOne(book.id)).stock).toBe(40);
  });
});

/** A queue of work: relations to one and to many, an eager one, one to its own class, soft deletes. */
@Model()
class Crew extends UuidTableBase {
  @Str64() name: string;
}
@Model()
class Skill extends UuidTableBase {
  @Str64() name: string;
}
@Model({ tableName: 'work_items' })
class Task extends UuidTableBase {
  @Int({ default: 0 }) place: number;
  @Bool({ default: false }) isDone: boolean;
  @Uuid({ nullable: true }) crewId: string | null;
  @ManyToOne(() => Crew, { eager: true, nullable: true }) @JoinColumn({ name: 'crewId' }) crew: Relation<Crew> | null;
  @Uuid({ nullable: true }) parentId: string | null;
  @ManyToOne(() => Task, { nullable: true }) @JoinColumn({ name: 'parentId' }) parent: Relation<Task> | null;
  @ManyToMany(() => Skill, { eager: true }) @JoinTable({ name: 'work_item_skills' }) skills: Relation<Skill>[];
  @DeleteDateColumn() deletedAt: Date | null;
}
/** Two key columns. */
@Model()
class Seat extends UuidTableBase {
  @PrimaryColumn({ type: 'int' }) line: number;
  @Bool({ default: false }) isTaken: boolean;
}

describe.each(DATABASES)('the details of withForUpdate on $name', ({ name: engine, hasConcurrency }) => {
  const concurrent = hasConcurrency ? it : it.skip;
  const onPostgres = hasConcurrency && engine === 'postgres' ? it : it.skip;
  const onMariadb = engine === 'mariadb' ? it : it.skip;
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let tasks: ModelRepository<Task>;
  let crews: ModelRepository<Crew>;
  let skills: ModelRepository<Skill>;
  let seats: ModelRepository<Seat>;
  let crew: Crew;
  let skill: Skill;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [Crew, Skill, Task, Seat]));
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    tasks = new ModelRepository(Task, dataSource);
    crews = new ModelRepository(Crew, dataSource);
    skills = new ModelRepository(Skill, dataSource);
    seats = new ModelRepository(Seat, dataSource);
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });
  beforeEach(async () => {
    await dataSource.query(
      'DELETE FROM work_items WHERE parentId IS NOT NULL'.replace('parentId', dataSource.driver.escape('parentId')),
    );
    for (const table of ['work_item_skills', 'work_items', 'crew', 'skill', 'seat']) {
      await dataSource.query(`DELETE FROM ${table}`);
    }
    crew = await crews.add({ name: 'Night' });
    skill = await skills.add({ name: 'Welding' });
  });

  /** Tasks in the order of their places, each with the crew and two skills. */
  const addTasks = async (count: number, values: Partial<Task> = {}) => {
    const second = await skills.add({ name: 'Painting' });
    const added = await tasks.add(
      Array.from({ length: count }, (_, place) => ({ place, crewId: crew.id, skills: [skill, second], ...values })),
    );
    return added;
  };
  const placesOf = (rows: readonly Task[]) => rows.map(({ place }) => place);
  const sqlId = ({ id }: { id: unknown }) => `id = '${String(id)}'`;
  const isBlocked = (table: string, row: { id: unknown }) =>
    outside.rows(`SELECT id FROM ${table} WHERE ${sqlId(row)} FOR UPDATE NOWAIT`).then(
      () => false,
      () => true,
    );
  /** While somebody else holds the locks of rows. */
  const whileLocked = async (table: string, rows: readonly { id: unknown }[], work: () => Promise<unknown>) => {
    await outside.rows('BEGIN');
    try {
      for (const row of rows) await outside.rows(`SELECT id FROM ${table} WHERE ${sqlId(row)} FOR UPDATE`);
      await work();
    } finally {
      await outside.rows('ROLLBACK');
    }
  };
  const isNoted = (task: object) => isLocked(tasks.typeorm.metadata, task);

  it('are checked before anything is sent', async () => {
    const recorder = new QueryRecorder(dataSource);
    for (const [details, message] of [
      [{ skipLocked: true, noWait: true }, /skipLocked and noWait, which exclude each other/],
      [{ noWait: true, timeout: 5 }, /noWait and timeout, which exclude each other/],
      [{ skiplocked: true }, /unknown detail 'skiplocked'. Allowed are skipLocked, noWait, of, timeout/],
      [{ skipLocked: 1 }, /skipLocked that must be true or false/],
      [{ timeout: 0 }, /timeout that must be a positive integer of milliseconds/],
      [{ timeout: 1.5 }, /timeout that must be/],
      [{ timeout: 2 ** 31 }, /at most 2147483647/],
      [{ of: [] }, /'of' that must be a list of names/],
      [{ of: 'Task' }, /'of' that must be a list of names/],
      ['yes', /must be true, false or an object/],
      [[], /must be true, false or an object/],
      [null, /must be true, false or an object/],
      [{ of: ['Tusk'] }, /'Tusk' in 'of' is neither the model nor a relation in join. Did you mean 'Task'/],
      [{ of: ['crew'] }, /'crew' in 'of' .* name the relation in join/],
    ] as const) {
      const attempt = recorder.record(() =>
        unitOfWork.run(() => tasks.get({}, { fetch: 'all', withForUpdate: details as never })),
      );
      await expect(attempt).rejects.toThrow(ConfigurationError);
      await expect(attempt).rejects.toThrow(message);
    }
    expect(recorder.queries).toEqual([]);
    await unitOfWork.run(async () => {
      const unwaited = { skipLocked: false, noWait: false, timeout: 5_000 };
      expect(await tasks.get({}, { fetch: 'all', withForUpdate: unwaited })).toEqual([]);
      expect(await tasks.get({}, { fetch: 'all', withForUpdate: false })).toEqual([]);
    });
    await expect(tasks.get([], { withForUpdate: {} })).rejects.toThrow(TransactionRequiredError);
  });

  it('are in the SQL, except on SQLite, and the rows count as locked', async () => {
    const [task] = await addTasks(1);
    const recorder = new QueryRecorder(dataSource);
    const endings: string[] = [];
    for (const details of [
      true,
      {},
      { skipLocked: true },
      { noWait: true },
      { timeout: 1_500 },
      { of: ['task'] },
      { skipLocked: true, noWait: false, of: ['task'], timeout: 500 },
    ]) {
      recorder.clear();
      await recorder.record(() =>
        unitOfWork.run(async () => {
          expect(isNoted(await tasks.getExistOne(task.id, { withForUpdate: details }))).toBe(true);
        }),
      );
      const select = recorder.queries.find(({ sql }) => /FROM .?work_items/.test(sql))?.sql as string;
      endings.push(/ FOR UPDATE.*$/.exec(select)?.[0].replaceAll(/["`]/g, '') ?? '');
    }
    expect(endings).toEqual(
      {
        sqlite: ['', '', '', '', '', '', ''],
        postgres: ['', '', ' SKIP LOCKED', ' NOWAIT', '', '', ' SKIP LOCKED'].map((end) => ` FOR UPDATE OF Task${end}`),
        mariadb: ['', '', ' SKIP LOCKED', ' NOWAIT', ' WAIT 2', '', ' SKIP LOCKED'].map((end) => ` FOR UPDATE${end}`),
      }[engine],
    );
  });

  concurrent('skipLocked leaves out what others have locked', async () => {
    const added = await addTasks(4);
    await whileLocked('work_items', [added[0], added[2]], () =>
      unitOfWork.run(async () => {
        const options = { order: { place: 'ASC' }, withForUpdate: { skipLocked: true } } as const;
        expect(placesOf(await tasks.get({}, { ...options, fetch: 'all' }))).toEqual([1, 3]);
        expect((await tasks.get({}, options))?.place).toBe(1);
        expect(await tasks.getOne(added[0].id, { withForUpdate: { skipLocked: true } })).toBeNull();
        await expect(tasks.getExistOne(added[0].id, { withForUpdate: { skipLocked: true } })).rejects.toThrow(
          RecordNotFoundError,
        );
        const page = await tasks.getWithCount({}, { ...options, limit: 1 });
        expect([page.count, placesOf(page.items)]).toEqual([4, [1]]);
        expect(added.map(isNoted)).toEqual([false, true, false, true]);
      }),
    );
  });

  concurrent.each([
    ['plainly', {}],
    ['that have a crew', { join: ['crew'] }],
    ['that have skills', { join: ['skills'] }],
    ['with a filter function', { filter: (query: any, alias: string) => query.where(`${alias}.place >= 0`) }],
    ['by the name of their crew', { order: { crew: { name: 'ASC' }, place: 'ASC' } }],
    ['with what is loaded besides', { load: ['parent', 'crew', 'skills'] }],
  ] as [string, object][])('makes a job queue: nobody gets what another has, %s', async (_case, options) => {
    await addTasks(12);
    // MariaDB locks the crew that is joined, so that all others skip its tasks.
    const isShared =
      engine === 'mariadb' && ('order' in options || JSON.stringify(options).includes('"join":["crew"]'));
    const workers = isShared ? 1 : 4;
    const taken: number[] = [];
    for (let round = 0; round < 12 / workers; round++) {
      const everybodyHasOne = latch();
      let have = 0;
      await Promise.all(
        Array.from({ length: workers }, () =>
          unitOfWork.run(async () => {
            const task = await tasks.get({ isDone: false }, {
              // InnoDB locks every row that it reads: it must not have to sort them.
              order: { id: 'ASC' },
              ...options,
              withForUpdate: { skipLocked: true },
            } as object);
            if (++have === workers) everybodyHasOne.open();
            await everybodyHasOne.opened;
            expect(task).not.toBeNull();
            taken.push((task as Task).place);
            await tasks.update(task as Task, { isDone: true });
          }),
        ),
      );
    }
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, place) => place));
  });

  it('a queue is emptied by workers that do not know of each other', async () => {
    await addTasks(20);
    const taken: string[] = [];
    const work = async () => {
      for (;;) {
        const task = await unitOfWork.run(async () => {
          const next = await tasks.get(
            { isDone: false },
            { order: { place: 'ASC' }, withForUpdate: { skipLocked: true }, load: ['crew'] },
          );
          return next && tasks.update(next, { isDone: true });
        });
        if (!task) return;
        taken.push(task.id);
      }
    };
    await Promise.all([work(), work(), work()]);
    expect([taken.length, new Set(taken).size]).toEqual([20, 20]);
  });

  concurrent('noWait is an error at once', async () => {
    const [task, other] = await addTasks(2);
    await whileLocked('work_items', [task], async () => {
      const lock = () => tasks.getExistOne(task.id, { withForUpdate: { noWait: true } });
      const failed = await unitOfWork.run(lock).catch((error: unknown) => error as LockNotAvailableError);
      expect(failed).toBeInstanceOf(LockNotAvailableError);
      expect(failed).toMatchObject({ code: 'LOCK_NOT_AVAILABLE', fields: { model: 'Task' } });
      expect((failed as Error).message).toContain('did not become free at once');
      expect((failed as LockNotAvailableError).cause).toBeInstanceOf(QueryFailedError);

      await unitOfWork.run(async () => {
        // PostgreSQL keeps nothing after an error; a savepoint is what is lost then.
        await expect(unitOfWork.run(lock, { propagation: 'NESTED' })).rejects.toThrow(LockNotAvailableError);
        await tasks.update(other, { place: 7 });
        expect(isNoted(task)).toBe(false);
      });
      expect((await tasks.getExistOne(other.id)).place).toBe(7);
      expect(
        await unitOfWork.run(() => tasks.getExistOne(other.id, { withForUpdate: { noWait: true } })),
      ).toBeDefined();
    });
  });

  onPostgres('an error takes the transaction with it on PostgreSQL', async () => {
    const [task] = await addTasks(1);
    await whileLocked('work_items', [task], async () => {
      const attempt = unitOfWork.run(async () => {
        await tasks.getOne(task.id, { withForUpdate: { timeout: 20 } }).catch(() => undefined);
        await tasks.count();
      });
      await expect(attempt).rejects.toThrow(TransactionAbortedError);
      const { cause } = (await attempt.catch((error: unknown) => error)) as TransactionAbortedError;
      expect(cause).toBeInstanceOf(QueryFailedError);
    });
  });

  onMariadb('an error leaves the transaction open on MariaDB', async () => {
    const [task, other] = await addTasks(2);
    await whileLocked('work_items', [task], () =>
      unitOfWork.run(async () => {
        await tasks.update(other, { place: 8 });
        for (const details of [{ noWait: true }, { timeout: 1 }]) {
          await expect(tasks.getOne(task.id, { withForUpdate: details })).rejects.toThrow(LockNotAvailableError);
        }
      }),
    );
    expect((await tasks.getExistOne(other.id)).place).toBe(8);
  });

  concurrent('timeout is an error in time, and nothing of it stays on the connection', async () => {
    const [task, other] = await addTasks(2);
    const limit = () =>
      dataSource
        .query(
          engine === 'postgres' ? 'SHOW lock_timeout' : 'SELECT @@SESSION.innodb_lock_wait_timeout AS lock_timeout',
        )
        .then(([row]: { lock_timeout: unknown }[]) => String(row.lock_timeout));
    const usual = await unitOfWork.run(limit);
    await whileLocked('work_items', [task], () =>
      unitOfWork.run(async () => {
        const attempt = unitOfWork.run(() => tasks.getOne(task.id, { withForUpdate: { timeout: 40 } }), {
          propagation: 'NESTED',
        });
        await expect(attempt).rejects.toThrow('did not become free in 40 ms');
        await expect(attempt).rejects.toThrow(LockNotAvailableError);
        expect(await limit()).toBe(usual);
        expect(await tasks.getOne(other.id, { withForUpdate: { timeout: 40_000 } })).toBeDefined();
        expect(await limit()).toBe(usual);
      }),
    );
    expect(await unitOfWork.run(limit)).toBe(usual);
  });

  concurrent('timeout is long enough for a lock that becomes free', async () => {
    const [task] = await addTasks(1);
    await outside.rows('BEGIN');
    await outside.rows(`SELECT id FROM work_items WHERE ${sqlId(task)} FOR UPDATE`);
    const waiting = unitOfWork.run(() => tasks.getOne(task.id, { withForUpdate: { timeout: 60_000 } }));
    await outside.rows('COMMIT');
    expect((await waiting)?.id).toBe(task.id);
  });

  onPostgres("the application's own timeout comes back, beside other queries too", async () => {
    const added = await addTasks(6);
    const limit = async () => (await dataSource.query<{ lock_timeout: string }[]>('SHOW lock_timeout'))[0].lock_timeout;
    await unitOfWork.run(async () => {
      await dataSource.query("SET LOCAL lock_timeout = '7s'");
      await Promise.all([
        ...added.slice(0, 4).map(({ id }, index) => tasks.getOne(id, { withForUpdate: { timeout: 1_000 + index } })),
        unitOfWork.run(() => tasks.getOne(added[4].id, { withForUpdate: { timeout: 3_000 } }), {
          propagation: 'NESTED',
        }),
      ]);
      expect(await limit()).toBe('7s');
      await expect(
        tasks.get(
          {},
          {
            withForUpdate: { timeout: 9 },
            filter: () => {
              throw new Error('not sent');
            },
          },
        ),
      ).rejects.toThrow('not sent');
      expect(await limit()).toBe('7s');
      // Setting it is no write.
      await unitOfWork.reset();
    });
    expect(await unitOfWork.run(limit)).toBe('0');
  });

  concurrent("the server's own timeout is the server's own error", async () => {
    const [task] = await addTasks(1);
    const [shorten, restore] =
      engine === 'postgres'
        ? ["SET LOCAL lock_timeout = '20ms'", 'SELECT 1']
        : ['SET SESSION innodb_lock_wait_timeout = 1', 'SET SESSION innodb_lock_wait_timeout = DEFAULT'];
    await whileLocked('work_items', [task], () =>
      unitOfWork.run(async () => {
        await unitOfWork
          .run(
            async () => {
              await dataSource.query(shorten);
              for (const details of [true, {}]) {
                const error = await tasks
                  .getOne(task.id, { withForUpdate: details })
                  .catch((reason: unknown) => reason);
                expect(error).toBeInstanceOf(
                  engine === 'postgres' && details !== true ? TransactionAbortedError : QueryFailedError,
                );
              }
            },
            { propagation: 'NESTED' },
          )
          .catch((error: unknown) => expect(engine).toBe('postgres') ?? error);
        await dataSource.query(restore);
      }),
    );
  });

  concurrent("locks the model's own rows; of names others", async () => {
    const [task] = await addTasks(1);
    const lockedWith = async (of: readonly string[] | undefined, join = ['crew']) => {
      let locked: boolean[] = [];
      await unitOfWork.run(async () => {
        const row = (await tasks.get({}, {
          fetch: 'all',
          join,
          withForUpdate: of ? { of } : true,
        } as object)) as unknown as Task[];
        expect(row).toHaveLength(1);
        locked = [
          await isBlocked('work_items', task),
          await isBlocked('crew', crew),
          await isBlocked('skill', skill),
          isNoted(task),
          isLocked(crews.typeorm.metadata, crew),
        ];
      });
      return locked;
    };
    for (const own of ['Task', 'task', 'work_items']) {
      expect(await lockedWith([own, 'crew'])).toEqual([true, true, false, true, true]);
    }
    if (engine === 'postgres') {
      expect(await lockedWith(undefined)).toEqual([true, false, false, true, false]);
      expect(await lockedWith(['Task'], ['crew', 'skills'])).toEqual([true, false, false, true, false]);
      expect(await lockedWith(['crew'])).toEqual([false, true, false, false, false]);
      expect(await lockedWith(['skills', 'Task'], ['skills', 'crew'])).toEqual([true, false, true, true, false]);
    } else {
      expect(await lockedWith(undefined)).toEqual([true, true, false, true, false]);
      expect(await lockedWith(['Task', 'crew', 'skills'], ['skills', 'crew'])).toEqual([true, true, true, true, true]);
      await expect(lockedWith(['Task'])).rejects.toThrow(/MariaDB locks every row that a query joins.* leave out crew/);
      await expect(lockedWith(['crew'])).rejects.toThrow(/cannot leave out Task/);
    }
  });

  it('of names what is joined, by its path', async () => {
    const [task] = await addTasks(1);
    const child = await tasks.add({ place: 1, crewId: null, parentId: task.id });
    await unitOfWork.run(async () => {
      const row = await tasks.get(
        {},
        {
          join: ['parent.crew'],
          load: ['parent'],
          withForUpdate: { of: ['Task', 'parent', 'parent.crew'] },
        },
      );
      expect(row?.id).toBe(child.id);
      expect([isNoted(child), isNoted(task)]).toEqual([true, true]);
      // An eager relation of the parent, and loaded with it.
      expect(isLocked(crews.typeorm.metadata, crew)).toBe(true);
      if (hasConcurrency) expect(await isBlocked('crew', crew)).toBe(true);
      const misspelt = tasks.get({}, { join: ['parent.crew'], withForUpdate: { of: ['parent.crow'] } });
      await expect(misspelt).rejects.toThrow(/Did you mean 'parent.crew'/);
    });
  });

  it('a page cannot lock lists besides, nor be cut from joined lists', async () => {
    await addTasks(2);
    await unitOfWork.run(async () => {
      const withLists = tasks.get({}, { join: ['skills'], withForUpdate: { of: ['Task', 'skills'] } });
      await expect(withLists).rejects.toThrow(ConfigurationError);
      await expect(withLists).rejects.toThrow(/a page cannot lock the rows of skills as well/);
      const conditioned = tasks.get({ skills: { name: 'Welding' } }, { withForUpdate: true });
      await expect(conditioned).rejects.toThrow(/a page cannot be locked while its condition joins .*EXISTS/);
      const all = await tasks.get({ skills: { name: 'Welding' } }, { fetch: 'all', withForUpdate: true });
      expect(all).toHaveLength(2);
      expect(await tasks.get({ crew: { name: 'Night' } }, { withForUpdate: true })).not.toBeNull();
    });
  });

  concurrent('a page locks its own rows and no others, eager relations and joined lists notwithstanding', async () => {
    const added = await addTasks(5);
    await unitOfWork.run(async () => {
      const page = await tasks.get(
        {},
        { fetch: 'all', order: { id: 'ASC' }, limit: 2, join: ['skills'], withForUpdate: true },
      );
      expect(placesOf(page)).toEqual([0, 1]);
      for (const task of page as readonly Task[]) {
        expect([task.crew?.name, task.skills.map(({ name }) => name).sort()]).toEqual([
          'Night',
          ['Painting', 'Welding'],
        ]);
      }
      const blocked: boolean[] = [];
      for (const task of added) blocked.push(await isBlocked('work_items', task));
      expect(blocked).toEqual([true, true, false, false, false]);
      expect(added.map(isNoted)).toEqual(blocked);
    });
  });

  it('eager relations are there, empty ones too', async () => {
    const [full] = await addTasks(1);
    const bare = await tasks.add({ place: 1 });
    await unitOfWork.run(async () => {
      for (const details of [true, { noWait: true }]) {
        const order = { place: 'ASC' } as const;
        const read = (await tasks.get({}, { fetch: 'all', order, withForUpdate: details })) as readonly Task[];
        expect(read.map(({ id }) => id)).toEqual([full.id, bare.id]);
        expect([read[0].crew?.name, read[0].skills.length, read[1].crew, read[1].skills]).toEqual([
          'Night',
          2,
          null,
          [],
        ]);
      }
    });
  });

  it('several key columns', async () => {
    const added = await seats.add([{ line: 1 }, { line: 2 }]);
    await unitOfWork.run(async () => {
      const [first, second] = added;
      const key = { id: first.id, line: 1 };
      const locked = await seats.getExistOne(key, { withForUpdate: { noWait: true } });
      expect(locked.line).toBe(1);
      const noted = (seat: Seat) => isLocked(seats.typeorm.metadata, seat);
      expect([noted(first), noted(second)]).toEqual([true, false]);
      if (!hasConcurrency) return;
      expect([await isBlocked('seat', first), await isBlocked('seat', second)]).toEqual([true, false]);
    });
  });

  it('soft-deleted rows with withDeleted', async () => {
    const [kept, gone] = await addTasks(2);
    await tasks.typeorm.softDelete(gone.id);
    await unitOfWork.run(async () => {
      const order = { place: 'ASC' } as const;
      expect(await tasks.get({}, { fetch: 'all', withForUpdate: { skipLocked: true } })).toHaveLength(1);
      const both = await tasks.get(
        {},
        { fetch: 'all', order, limit: 5, join: ['skills'], withDeleted: true, withForUpdate: { skipLocked: true } },
      );
      expect(both.map(({ id }) => id)).toEqual([kept.id, gone.id]);
      expect(await tasks.getOne(gone.id, { withDeleted: true, withForUpdate: { noWait: true } })).not.toBeNull();
    });
  });
});
