import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Column,
  DeleteDateColumn,
  In,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  type DataSource,
  type EntitySubscriberInterface,
  type QueryRunner,
  type Relation,
} from 'typeorm';
import {
  Int,
  Model,
  ModelRepository,
  OptimisticLock,
  Str64,
  Table,
  UnitOfWork,
  UuidTable,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { cacheOf } from '../../lib/cache/index.js';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model({ cacheTtl: 600, tableName: 'Book Shelf' })
class Shelf extends Table(class {}) {
  @Str64() name: string;
  @Column({ type: 'varchar', length: 40, unique: true }) code: string;
  @OneToMany(() => Volume, (volume) => volume.shelf, { cascade: true }) volumes: Relation<Volume>[];
}

@Model({ cacheTtl: 600 })
class Volume extends OptimisticLock(UuidTable(class {})) {
  @Str64() title: string;
  @Int({ default: 0 }) pages: number;
  @Int({ nullable: true }) shelfId: number | null;
  @ManyToOne(() => Shelf, (shelf) => shelf.volumes, { nullable: true, onDelete: 'CASCADE' })
  shelf: Relation<Shelf> | null;
  @ManyToMany(() => Keyword) @JoinTable() keywords: Relation<Keyword>[];
  @DeleteDateColumn({ nullable: true }) deletedAt: Date | null;
}

/** Its key follows the shelf's code. */
@Model({ cacheTtl: 600 })
class Notice extends Table(class {}) {
  @Str64() text: string;
  @Column({ type: 'varchar', length: 40, nullable: true }) shelfCode: string | null;
  @ManyToOne(() => Shelf, { nullable: true, onDelete: 'SET NULL', onUpdate: 'CASCADE' })
  @JoinColumn({ name: 'shelfCode', referencedColumnName: 'code' })
  shelf: Relation<Shelf> | null;
}

@Model({ cacheTtl: 600 })
class Keyword extends Table(class {}) {
  @Str64() word: string;
}

/** A key of two columns. */
@Model({ cacheTtl: 600 })
class Seat extends UuidTable(class {}) {
  @PrimaryColumn({ type: 'int' }) part: number;
  @Str64() guest: string;
}

const MODELS = [Shelf, Volume, Notice, Keyword, Seat] as const;

describe.each(DATABASES)('what a write leaves in the cache, on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let shelves: ModelRepository<Shelf>;
  let volumes: ModelRepository<Volume>;
  let notices: ModelRepository<Notice>;
  let keywords: ModelRepository<Keyword>;
  let seats: ModelRepository<Seat>;
  let unitOfWork: UnitOfWork;
  let subscriber: EntitySubscriberInterface;
  const warnings: string[] = [];

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, MODELS));
    withSqlModelExt(dataSource, { cache: { timeout: 5_000 } });
    shelves = new ModelRepository(Shelf, dataSource);
    volumes = new ModelRepository(Volume, dataSource);
    notices = new ModelRepository(Notice, dataSource);
    keywords = new ModelRepository(Keyword, dataSource);
    seats = new ModelRepository(Seat, dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    subscriber = { listenTo: () => Keyword };
    process.on('warning', noteWarning);
  });
  afterAll(async () => {
    process.off('warning', noteWarning);
    await close();
  });
  const noteWarning = (warning: Error) => warnings.push(warning.message);

  let shelf: Shelf;
  let other: Shelf;
  let first: Volume;
  let second: Volume;
  let third: Volume;
  let notice: Notice;
  let seat: Seat;

  beforeEach(async () => {
    dataSource.subscribers.length = 0;
    for (const table of [Notice, Volume, Shelf, Keyword, Seat]) {
      await dataSource.createQueryBuilder().delete().from(table).execute();
    }
    [shelf, other] = await shelves.add([
      { name: 'north', code: 'N' },
      { name: 'south', code: 'S' },
    ]);
    [first, second, third] = await volumes.add([
      { title: 'first', pages: 1, shelfId: shelf.id },
      { title: 'second', pages: 2, shelfId: other.id },
      { title: 'third', pages: 3 },
    ]);
    notice = await notices.add({ text: 'closed', shelfCode: 'N' });
    await keywords.add({ word: 'old' });
    seat = await seats.add({ part: 1, guest: 'Ada' });
    await everything(false);
    await everything(false);
  });

  const listed = { fetch: 'all', order: { id: 'ASC' } } as const;

  /** What every way of reading says of every row that there ever was. */
  const everything = async (noCache: boolean): Promise<object> => {
    const options = { noCache };
    const ids = [first, second, third].map(({ id }) => id);
    return JSON.parse(
      JSON.stringify({
        volumes: await Promise.all(ids.map((id) => volumes.getOne(id, options))),
        volumeList: await volumes.get({}, { ...listed, noCache }),
        some: await volumes.get({ title: In(['first', 'changed', 'inside']) }, { ...listed, noCache }),
        long: noCache
          ? (await volumes.get({}, { ...listed, noCache })).filter(({ pages }) => pages === 2).length
          : await volumes.count({ pages: 2 }),
        shelves: await Promise.all([shelf, other].map(({ id }) => shelves.getOne(id, options))),
        shelfList: await shelves.get({}, { ...listed, noCache }),
        notices: await notices.getOne(notice.id, options),
        noticeList: await notices.get({}, { ...listed, noCache }),
        keywords: await keywords.get({}, { ...listed, noCache }),
        seats: await seats.getOne({ id: seat.id, part: 1 }, options),
        seatList: await seats.get({}, { ...listed, noCache }),
        loaded: await volumes.get({}, { ...listed, noCache, load: ['shelf', 'keywords'] }),
      }),
    ) as object;
  };

  const expectTruth = async () => {
    const read = await everything(false);
    expect(read).toEqual(await everything(true));
    const cache = cacheOf(dataSource);
    expect([cache?.isAvailable, cache?.losses]).toEqual([true, 0]);
    // What was stored now is as true.
    expect(await everything(false)).toEqual(read);
  };

  const statements = async (work: () => Promise<unknown>) => {
    const recorder = new QueryRecorder(dataSource);
    await recorder.record(work);
    return recorder.queries.map(({ sql }) => sql);
  };

  const withRunner = async (work: (runner: QueryRunner) => Promise<unknown>) => {
    const runner = dataSource.createQueryRunner();
    try {
      await work(runner);
    } finally {
      await runner.release();
    }
  };

  const table = (model: Function) => {
    const { tablePath } = dataSource.getMetadata(model);
    return dataSource.driver.escape(tablePath);
  };
  const q = (name: string) => dataSource.driver.escape(name);
  const reread = async (id: string) => volumes.getExistOne(id, { noCache: true });

  const ways: [name: string, write: () => Promise<unknown>][] = [
    ['add()', () => volumes.add({ title: 'new', pages: 2 })],
    ['add() of many', () => volumes.add([{ title: 'new' }, { title: 'changed' }])],
    ['add() of a counted key', () => shelves.add({ name: 'east', code: 'E' })],
    ['add() with a list', () => shelves.add({ name: 'east', code: 'E', volumes: [{ title: 'changed', pages: 2 }] })],
    ['update()', () => volumes.update(first, { title: 'changed' })],
    ['save()', async () => volumes.save(Object.assign(await reread(first.id), { title: 'changed', pages: 2 }))],
    [
      'save() of many',
      async () => {
        const all = [await reread(first.id), await reread(third.id)];
        for (const each of all) each.title = 'changed';
        await volumes.save(all);
      },
    ],
    [
      'save() of many in different ways',
      async () => {
        const all = [await reread(first.id), await reread(third.id)];
        all[0].title = 'changed';
        all[1].pages = 2;
        await volumes.save(all);
      },
    ],
    [
      'save() of an entity that was not read',
      () => volumes.save(Object.assign(new Volume(), { id: first.id, title: 'changed' })),
    ],
    ['save() that moves to another parent', () => volumes.update(first, { shelfId: other.id })],
    [
      'save() of a list',
      async () => {
        const loaded = await shelves.getExistOne(shelf.id, { load: ['volumes'] });
        loaded.volumes = [await reread(second.id), Object.assign(new Volume(), { title: 'inside' })] as never;
        await shelves.save(loaded);
      },
    ],
    [
      'a junction',
      async () => {
        const loaded = await volumes.getExistOne(first.id, { load: ['keywords'] });
        loaded.keywords = await keywords.get({}, { fetch: 'all' });
        await volumes.save(loaded);
      },
    ],
    ['upsert() of a row that is there', () => shelves.upsert({ code: 'N', name: 'changed' }, { conflict: ['code'] })],
    ['upsert() of a new row', () => shelves.upsert({ code: 'X', name: 'new' }, { conflict: ['code'] })],
    ['delete()', () => volumes.delete(first)],
    ['delete() of many', () => volumes.delete([first, third])],
    ['deleteWhere()', () => volumes.deleteWhere({ pages: 2 })],
    ['delete() with cascades', async () => shelves.delete(await shelves.getExistOne(shelf.id, { noCache: true }))],
    ['softDelete()', () => volumes.softDelete(first)],
    [
      'restore()',
      async () => {
        await volumes.softDelete(first);
        await everything(false);
        await volumes.restore(first);
      },
    ],
    ['a composite key', () => seats.update(seat, { guest: 'Bob' })],
    ['a composite key, deleted', () => seats.delete(seat)],
    ['TypeORM save', async () => volumes.typeorm.save(Object.assign(await reread(first.id), { title: 'changed' }))],
    ['TypeORM insert', () => keywords.typeorm.insert({ word: 'new' })],
    ['TypeORM update', () => volumes.typeorm.update({ id: first.id }, { title: 'changed' })],
    ['TypeORM upsert', () => shelves.typeorm.upsert({ code: 'N', name: 'changed' }, ['code'])],
    ['TypeORM delete', () => volumes.typeorm.delete(first.id)],
    ['TypeORM remove', async () => volumes.typeorm.remove(await reread(first.id))],
    ['TypeORM softDelete', () => volumes.typeorm.softDelete(first.id)],
    ['TypeORM softRemove', async () => volumes.typeorm.softRemove(await reread(first.id))],
    [
      'TypeORM restore and recover',
      async () => {
        await volumes.typeorm.softDelete([first.id, second.id]);
        await everything(false);
        await volumes.typeorm.restore(first.id);
        await everything(false);
        await volumes.typeorm.recover(await volumes.getExistOne(second.id, { withDeleted: true }));
      },
    ],
    ['TypeORM increment', () => volumes.typeorm.increment({ id: first.id }, 'pages', 1)],
    ['TypeORM decrement', () => volumes.typeorm.decrement({ title: 'third' }, 'pages', 1)],
    [
      'TypeORM clear',
      () => (engine === 'postgres' ? seats : keywords).typeorm.clear().catch(() => seats.typeorm.clear()),
    ],
    ['an insert builder', () => dataSource.createQueryBuilder().insert().into(Keyword).values({ word: 'b' }).execute()],
    ['an update builder', () => dataSource.createQueryBuilder().update(Volume).set({ pages: 2 }).execute()],
    ['a delete builder', () => dataSource.createQueryBuilder().delete().from(Shelf).where('1 = 1').execute()],
    [
      'a relation builder, set',
      () => dataSource.createQueryBuilder().relation(Volume, 'shelf').of(first.id).set(other.id),
    ],
    [
      'a relation builder, add',
      async () => {
        const [keyword] = await keywords.get({}, { fetch: 'all' });
        await dataSource.createQueryBuilder().relation(Volume, 'keywords').of(first.id).add(keyword.id);
      },
    ],
    ['a key that the database carries on', () => shelves.typeorm.update({ code: 'N' }, { code: 'M' })],
    ['a key that the database carries on, by save()', () => shelves.update(shelf, { code: 'M' })],
    ['raw UPDATE', () => dataSource.query(`UPDATE ${table(Volume)} SET title = 'changed' WHERE pages = 1`)],
    [
      'raw UPDATE in other capitals',
      () => dataSource.query(`update ${engine === 'mariadb' ? 'volume' : 'VOLUME'} set title = 'changed'`),
    ],
    ['raw UPDATE behind a comment', () => dataSource.query(`/* why */ UPDATE ${table(Volume)} SET title = 'changed'`)],
    ['raw DELETE with cascades', () => dataSource.query(`DELETE FROM ${table(Shelf)} WHERE code = 'N'`)],
    ['raw UPDATE with cascades', () => dataSource.query(`UPDATE ${table(Shelf)} SET code = 'M' WHERE code = 'N'`)],
    [
      'raw UPDATE that names the table of a subquery first',
      () =>
        dataSource.query(
          `UPDATE ${table(Volume)} SET title = 'changed' WHERE ${q('shelfId')} IN (SELECT id FROM ${table(Shelf)})`,
        ),
    ],
    [
      'a runner of its own',
      () => withRunner((runner) => runner.query(`UPDATE ${table(Volume)} SET title = 'changed'`)),
    ],
    [
      'a hand-made transaction',
      () =>
        withRunner(async (runner) => {
          await runner.startTransaction();
          await runner.manager.update(Volume, first.id, { title: 'changed' });
          if (engine !== 'sqlite') await everything(false);
          await runner.commitTransaction();
        }),
    ],
    [
      'transaction statements by hand',
      () =>
        withRunner(async (runner) => {
          await runner.query('BEGIN');
          await runner.query('SAVEPOINT one');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'gone'`);
          await runner.query('ROLLBACK TO SAVEPOINT one');
          await runner.query(`UPDATE ${table(Volume)} SET pages = 2`);
          await runner.query('RELEASE SAVEPOINT one');
          await runner.query('COMMIT');
        }),
    ],
    [
      'a savepoint that is written in another way when it is undone',
      () =>
        withRunner(async (runner) => {
          await runner.query('BEGIN');
          await runner.manager.update(Volume, second.id, { title: 'changed' });
          await runner.query('SAVEPOINT one');
          await runner.manager.update(Volume, first.id, { title: 'gone' });
          await runner.query('rollback to ONE');
          await runner.manager.update(Volume, third.id, { title: 'changed' });
          await runner.query('COMMIT');
        }),
    ],
    [
      'dataSource.transaction()',
      () =>
        dataSource.transaction(async (manager) => {
          await manager.update(Volume, first.id, { title: 'inside' });
          await manager.transaction((nested) => nested.update(Volume, second.id, { title: 'inside' }));
          await manager
            .transaction(async (nested) => {
              await nested.update(Volume, third.id, { title: 'inside' });
              throw new Error('undo');
            })
            .catch(() => undefined);
        }),
    ],
    [
      'a unit of work with everything in it',
      () =>
        unitOfWork.run(async () => {
          await volumes.update(await volumes.getExistOne(first.id), { title: 'inside' });
          await unitOfWork.run(() => volumes.typeorm.update(second.id, { title: 'inside' }), { propagation: 'NESTED' });
          await dataSource.transaction((manager) => manager.update(Shelf, shelf.id, { name: 'inside' }));
          await seats.update(seat, { guest: 'inside' });
        }),
    ],
    [
      'a unit of work that is rolled back',
      () =>
        unitOfWork
          .run(async () => {
            await volumes.update(await volumes.getExistOne(first.id), { title: 'inside' });
            await volumes.add({ title: 'inside' });
            await everything(false);
            throw new Error('undo');
          })
          .catch(() => undefined),
    ],
    [
      'a unit of work that reads beside its write, and is rolled back',
      () =>
        unitOfWork
          .run(async () => {
            const entity = await reread(first.id);
            await volumes.invalidateAll();
            await Promise.all([
              volumes.update(entity, { title: 'inside' }),
              volumes.getOne(first.id),
              volumes.get({ title: In(['first', 'changed', 'inside']) }, listed),
              volumes.get({}, { ...listed, load: ['shelf'] }),
              volumes.count({ pages: 2 }),
            ]);
            throw new Error('undo');
          })
          .catch(() => undefined),
    ],
    [
      'touches()',
      () =>
        unitOfWork.run(async () => {
          await unitOfWork.touches(Volume);
          await dataSource.query(`UPDATE ${table(Volume)} SET title = 'changed'`);
        }),
    ],
    ['a statement that fails', () => dataSource.query(`UPDATE ${table(Shelf)} SET code = 'S'`).catch(() => undefined)],
    [
      'a subscriber that writes',
      async () => {
        subscriber.afterInsert = async ({ manager }) => {
          await manager.update(Volume, first.id, { title: 'changed' });
          await manager.query(`UPDATE ${table(Shelf)} SET name = 'changed'`);
        };
        dataSource.subscribers.push(subscriber);
        await keywords.add({ word: 'new' });
      },
    ],
    [
      'a subscriber that writes by SQL over several tables',
      async () => {
        const sql =
          engine === 'mariadb'
            ? `UPDATE ${table(Keyword)} k JOIN ${table(Volume)} v ON 1 = 1 SET v.title = 'changed'`
            : `WITH x AS (SELECT 1) UPDATE ${table(Volume)} SET title = 'changed'`;
        subscriber.afterInsert = async ({ manager }) => {
          await manager.query(sql);
        };
        dataSource.subscribers.push(subscriber);
        await keywords.add({ word: 'new' });
      },
    ],
    [
      'an id in other capitals, saved',
      () =>
        volumes
          .save(Object.assign(new Volume(), { id: first.id.toUpperCase(), title: 'changed' }))
          .catch(() => undefined),
    ],
    [
      'an id in other capitals, deleted',
      () =>
        volumes
          .delete(Object.assign(new Volume(), { id: first.id.toUpperCase(), title: 'first' }))
          .catch(() => undefined),
    ],
    [
      'an id in other capitals, deleted by a plain object',
      () => volumes.typeorm.delete({ id: first.id.toUpperCase() }),
    ],
    [
      'an id that is changed by trusted code',
      () => volumes.update(first, {}, { extra: { id: '01890000-0000-7000-8000-00000000abcd' } }).catch(() => undefined),
    ],
    [
      'a part of a key that is changed',
      async () => {
        const held = await seats.getExistOne({ id: seat.id, part: 1 });
        held.part = 2;
        await seats.save(held).catch(() => undefined);
      },
    ],
    ['TypeORM update of a key', () => seats.typeorm.update({ part: 1 }, { part: 5 })],
    [
      'SQL in one text',
      async () => {
        if (engine !== 'postgres') return;
        await dataSource.query(`BEGIN; UPDATE ${table(Volume)} SET title = 'changed'; COMMIT`);
        await dataSource.query(`SELECT 1; UPDATE ${table(Volume)} SET pages = 2`);
      },
    ],
    [
      'a block of SQL',
      async () => {
        if (engine === 'postgres') {
          await dataSource.query(`DO $$ BEGIN UPDATE ${table(Volume)} SET title = 'changed'; END $$`);
        }
        if (engine === 'mariadb') {
          await dataSource.query(`BEGIN NOT ATOMIC UPDATE ${table(Volume)} SET title = 'changed'; END`);
          await everything(false);
          await dataSource.query(`SET STATEMENT max_statement_time = 10 FOR UPDATE ${table(Volume)} SET pages = 2`);
        }
      },
    ],
    [
      'a CTE',
      async () => {
        if (engine !== 'postgres') return;
        await dataSource.query(
          `WITH done AS (UPDATE ${table(Volume)} SET title = 'changed' RETURNING id) SELECT * FROM done`,
        );
      },
    ],
    [
      'MERGE',
      async () => {
        if (engine !== 'postgres') return;
        await dataSource.query(
          `MERGE INTO ${table(Volume)} v USING ${table(Shelf)} s ON v."shelfId" = s.id WHEN MATCHED THEN UPDATE SET title = 'changed'`,
        );
      },
    ],
    [
      'a statement that commits what is open',
      () =>
        withRunner(async (runner) => {
          if (engine !== 'mariadb') return;
          await runner.startTransaction();
          await runner.manager.update(Volume, first.id, { title: 'changed' });
          await runner.query('CREATE TABLE IF NOT EXISTS whatever (id int)');
          await runner.rollbackTransaction();
        }),
    ],
    [
      'a chain of transactions',
      () =>
        withRunner(async (runner) => {
          if (engine === 'sqlite') return;
          await runner.query('BEGIN');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'changed'`);
          await runner.query('COMMIT AND CHAIN');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'inside'`);
          await runner.query('ROLLBACK');
        }),
    ],
    [
      'autocommit off',
      () =>
        withRunner(async (runner) => {
          if (engine !== 'mariadb') return;
          await runner.query('SET autocommit = 0');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'inside'`);
          await runner.query('ROLLBACK');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'changed'`);
          await runner.query('COMMIT');
          await runner.query('SET autocommit = 1');
        }),
    ],
    [
      'a savepoint that is a transaction',
      () =>
        withRunner(async (runner) => {
          if (engine !== 'sqlite') return;
          await runner.query('SAVEPOINT one');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'changed'`);
          await runner.query('RELEASE one');
        }),
    ],
    [
      'a transaction behind a comment',
      () =>
        withRunner(async (runner) => {
          await runner.query('/* by hand */ BEGIN');
          await runner.query(`UPDATE ${table(Volume)} SET title = 'changed'`);
          await runner.query('-- undone\nROLLBACK');
        }),
    ],
    [
      'a transaction that the server has given up without a word',
      () =>
        withRunner(async (runner) => {
          if (engine !== 'postgres') return;
          await runner.startTransaction();
          await runner.manager.update(Volume, first.id, { title: 'inside' });
          await runner.query('SELECT 1 / 0').catch(() => undefined);
          await runner.commitTransaction();
        }),
    ],
    [
      'a write by a stream',
      () =>
        withRunner(async (runner) => {
          if (engine !== 'postgres') return;
          const stream = await runner.stream(`UPDATE ${table(Volume)} SET title = 'changed' RETURNING id`);
          stream.resume();
          await new Promise<void>((resolve) => void stream.once('end', () => resolve()));
        }).catch((error: Error) => {
          if (!/pg-query-stream/.test(error.message)) throw error;
        }),
    ],
  ];

  it.each(ways)(
    'after %s everything is true',
    async (_, write) => {
      await write();
      await expectTruth();
    },
    20_000,
  );

  it.each<
    [name: string, on: readonly string[], titles: readonly string[], write: (runner: QueryRunner) => Promise<unknown>]
  >([
    [
      'chained transactions',
      ['postgres', 'mariadb'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query('BEGIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        await runner.query('COMMIT AND CHAIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'two'`);
        await runner.query('ROLLBACK');
      },
    ],
    [
      'no autocommit',
      ['mariadb'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query('SET autocommit = 0');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        await runner.query('COMMIT');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'two'`);
        await runner.query('ROLLBACK');
        await runner.query('SET autocommit = 1');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'three' WHERE title = 'two'`);
      },
    ],
    [
      'a transaction behind a comment',
      ['sqlite', 'postgres', 'mariadb'],
      ['first', 'second', 'third'],
      async (runner) => {
        await runner.query('/* by hand */ BEGIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        await runner.query('-- undone\nROLLBACK');
      },
    ],
    [
      'a savepoint that is a transaction',
      ['sqlite'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query('SAVEPOINT a');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        await runner.query('SAVEPOINT b');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'two'`);
        await runner.query('ROLLBACK TO b');
        await runner.query('RELEASE a');
      },
    ],
    [
      'a second BEGIN',
      ['mariadb'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query('BEGIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        await runner.query('BEGIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'two'`);
        await runner.query('ROLLBACK');
      },
    ],
    [
      'locked tables',
      ['mariadb'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query(`LOCK TABLES ${table(Volume)} WRITE`);
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        // Still locked: others cannot be used.
        await expect(runner.query(`SELECT * FROM ${table(Shelf)}`)).rejects.toThrow(/not locked/);
        await runner.query('UNLOCK TABLES');
      },
    ],
    [
      'a script',
      ['postgres'],
      ['one', 'one', 'one'],
      async (runner) => {
        await runner.query(
          `BEGIN; UPDATE ${table(Volume)} SET title = 'one'; COMMIT; BEGIN; UPDATE ${table(Volume)} SET title = 'two';`,
        );
        await runner.query(`UPDATE ${table(Volume)} SET title = 'three'`);
        await runner.query('ROLLBACK;');
      },
    ],
    [
      'statements beside a COMMIT',
      ['postgres', 'mariadb'],
      ['one', 'two', 'one'],
      async (runner) => {
        await runner.query('BEGIN');
        await runner.query(`UPDATE ${table(Volume)} SET title = 'one'`);
        const committed = runner.query('COMMIT');
        await Promise.all([committed, runner.query(`UPDATE ${table(Volume)} SET title = 'two' WHERE pages = 2`)]);
      },
    ],
    [
      'a deadlock that ends the transaction',
      ['mariadb'],
      ['one', 'two', 'third'],
      async (runner) => {
        const rival = dataSource.createQueryRunner();
        const set = (by: QueryRunner, title: string, pages: number) =>
          by.query(`UPDATE ${table(Volume)} SET title = '${title}' WHERE id = '${[first, second][pages - 1].id}'`);
        await runner.query('BEGIN');
        await rival.query('BEGIN');
        // The rival has more to lose.
        await rival.query(`INSERT INTO ${table(Keyword)} (word) VALUES ('a'), ('b'), ('c')`);
        await set(runner, 'one', 1);
        await set(rival, 'two', 2);
        const waiting = set(rival, 'two', 1);
        const refused = set(runner, 'one', 2).catch((error: unknown) => error);
        const [error] = await Promise.all([refused, waiting]);
        expect(error).toMatchObject({ driverError: { errno: 1213 } });
        await rival.query('COMMIT');
        await rival.release();
        // The server stores this at once: nobody has begun anything.
        await set(runner, 'one', 1);
        await runner.query('ROLLBACK');
      },
    ],
  ])(
    '%s end as on the server',
    async (_, on, titles, write) => {
      if (!on.includes(engine)) return;
      await withRunner(write);
      const rows = await volumes.get({}, { fetch: 'all', order: { pages: 'ASC' }, noCache: true });
      expect(rows.map(({ title }) => title)).toEqual(titles);
      await expectTruth();
    },
    20_000,
  );

  it('keeps the rows that a known write has not met', async () => {
    await volumes.update(first, { title: 'changed' });
    expect(await statements(() => volumes.getOne(second.id))).toEqual([]);
    expect(await statements(() => volumes.getOne(first.id))).toEqual([]);
    expect(await statements(() => shelves.getOne(shelf.id))).toEqual([]);
    await volumes.add({ title: 'new' });
    await volumes.delete(third);
    expect(await statements(() => volumes.getOne(second.id))).toEqual([]);
    await unitOfWork.run(async () => {
      await volumes.update(await volumes.getExistOne(second.id, { noCache: true }), { pages: 5 });
    });
    expect(await statements(() => volumes.getOne(first.id))).toEqual([]);
    expect(await statements(() => volumes.getOne(second.id))).toEqual([]);
    expect(await statements(() => seats.getOne({ id: seat.id, part: 1 }))).toEqual([]);
  });

  it('reads a list whose relations lead nowhere', async () => {
    await volumes.delete([first, second]);
    await everything(false);
    const [only] = await volumes.get({}, { ...listed, load: ['shelf'] });
    expect(only.shelf).toBeNull();
    expect(cacheOf(dataSource)?.isAvailable).toBe(true);
    expect(cacheOf(dataSource)?.losses).toBe(0);
  });

  it('pages without a limit, as the database does', async () => {
    const page = { offset: 1, order: { title: 'ASC' }, fetch: 'all' } as const;
    expect((await volumes.get({}, page)).map(({ title }) => title)).toEqual(['second', 'third']);
    expect((await volumes.get({}, page)).map(({ title }) => title)).toEqual(['second', 'third']);
  });

  it('runs statements beside each other on one query runner', async () => {
    await withRunner(async (runner) => {
      const writes: Promise<unknown>[] = [];
      for (let index = 0; index < 6; index++) {
        writes.push(runner.manager.update(Volume, first.id, { pages: index }));
        writes.push(runner.query(`SELECT ${index}`));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(writes);
    });
    await expectTruth();
  }, 10_000);

  it('ends a transaction before what was asked for after its COMMIT', async () => {
    if (engine === 'sqlite') return;
    await withRunner(async (runner) => {
      await runner.startTransaction();
      await runner.manager.update(Volume, first.id, { title: 'inside' });
      const committed = runner.query('COMMIT');
      const after = runner.query(`UPDATE ${table(Volume)} SET title = 'changed' WHERE id = '${second.id}'`);
      await Promise.all([committed, after]);
    });
    await expectTruth();
  });

  it('invalidates after the data source was closed and opened again', async () => {
    const again = await openDataSource(engine, [Keyword], { synchronize: false });
    withSqlModelExt(again.dataSource, { cache: { timeout: 5_000 } });
    await again.dataSource.synchronize();
    await again.dataSource.destroy();
    await again.dataSource.initialize();
    await again.dataSource.synchronize();
    const words = new ModelRepository(Keyword, again.dataSource);
    const keyword = await words.add({ word: 'old' });
    expect(await words.count()).toBe(1);
    expect((await words.getExistOne(keyword.id)).word).toBe('old');
    await words.update(keyword, { word: 'new' });
    expect((await words.getExistOne(keyword.id)).word).toBe('new');
    await words.typeorm.update(keyword.id, { word: 'newer' });
    expect((await words.getExistOne(keyword.id)).word).toBe('newer');
    await words.add({ word: 'another' });
    expect(await words.count()).toBe(2);
    await again.close();
  });
});
