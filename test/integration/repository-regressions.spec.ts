import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AfterUpdate,
  BeforeInsert,
  Column,
  DeleteDateColumn,
  DataSource,
  IsNull,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  Not,
  PrimaryColumn,
  VersionColumn,
  type EntitySubscriberInterface,
  type InsertEvent,
  type Relation,
  type UpdateEvent,
} from 'typeorm';
import {
  Bool,
  Int,
  Model,
  ModelRepository,
  NonNegativeBigInt,
  Str64,
  TableBase,
  UnitOfWork,
  Uuid,
  UuidTableBase,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { expectQueries } from 'nestjs-sqlmodel-ext/testing';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model()
class Writer extends UuidTableBase {
  @Str64() name: string;
  @Str64({ nullable: true, select: false }) secret: string | null;
  @DeleteDateColumn() deletedAt: Date | null;
  @OneToMany(() => Post, (post) => post.writer) posts: Relation<Post>[];
  @ManyToMany(() => Label) @JoinTable({ name: 'writer_labels' }) labels: Relation<Label>[];
}

@Model()
class Label extends UuidTableBase {
  @Str64({ unique: true }) name: string;
}

@Model()
class Post extends UuidTableBase {
  @Str64() title: string;
  @Str64({ nullable: true }) body: string | null;
  @Int({ default: 0 }) rank: number;
  @Uuid({ nullable: true }) writerId: string | null;
  @ManyToOne(() => Writer, (writer) => writer.posts, { nullable: true, cascade: ['update'] })
  writer: Relation<Writer> | null;
  @ManyToMany(() => Label, { cascade: ['insert'] }) @JoinTable({ name: 'post_labels' }) labels: Relation<Label>[];
}

/** A foreign key without a property. */
@Model()
class Memo extends UuidTableBase {
  @Str64() text: string;
  @ManyToOne(() => Writer, { nullable: true }) writer: Relation<Writer> | null;
}

@Model()
class Album extends UuidTableBase {
  @Str64() title: string;
  @OneToMany(() => Track, (track) => track.album, { eager: true }) tracks: Relation<Track>[];
}
@Model()
class Track extends UuidTableBase {
  @Str64() name: string;
  @Uuid({ nullable: true }) albumId: string | null;
  @ManyToOne(() => Album, (album) => album.tracks, { nullable: true }) album: Relation<Album> | null;
}

/** A foreign key that is not selected. */
@Model()
class Board extends UuidTableBase {
  @Str64() name: string;
  @OneToMany(() => Pin, (pin) => pin.board) pins: Relation<Pin>[];
}
@Model()
class Pin extends UuidTableBase {
  @Str64() name: string;
  @Uuid({ select: false, nullable: true }) boardId: string | null;
  @ManyToOne(() => Board, (board) => board.pins, { nullable: true }) board: Relation<Board> | null;
}

@Model()
class LazyMemo extends UuidTableBase {
  @Str64() text: string;
  @ManyToOne(() => Writer, { lazy: true, nullable: true }) writer: Promise<Writer | null>;
}

@Model()
class Seat extends UuidTableBase {
  @PrimaryColumn({ type: 'int' }) place: number;
  @Str64() name: string;
}

@Model()
class Versioned extends UuidTableBase {
  @Str64() name: string;
  @VersionColumn() version: number;
}

@Model()
class Bill extends TableBase {
  @Str64() name: string;
  @OneToMany(() => BillLine, (line) => line.bill, { cascade: true }) lines: Relation<BillLine>[];
  @OneToMany(() => BillTax, (tax) => tax.bill, { cascade: true }) taxes: Relation<BillTax>[];
}
@Model()
class BillLine extends TableBase {
  @Str64({ unique: true }) text: string;
  @Int({ nullable: true }) billId: number | null;
  @ManyToOne(() => Bill, (bill) => bill.lines, { nullable: true }) bill: Relation<Bill> | null;
}
/** A child that needs its parent's key. */
@Model()
class BillTax extends TableBase {
  @Str64() text: string;
  @Int() billId: number;
  @ManyToOne(() => Bill, (bill) => bill.taxes) bill: Relation<Bill>;
}

class Money {
  @Column({ type: 'int', default: 0 }) amount: number;
  @Column({ type: 'varchar', length: 3, nullable: true }) currency: string | null;
  @ManyToOne(() => Writer, { nullable: true }) payer: Relation<Writer> | null;
  get text(): string {
    return `${this.amount} ${this.currency}`;
  }
}

@Model()
class Purchase extends UuidTableBase {
  @Str64() name: string;
  @Column(() => Money) total: Money;
  @Column({ type: 'varchar', length: 20, nullable: true }) code: string | null;
  @Column({ type: 'int', default: 0 }) count: number;
}

@Model()
class Slugged extends UuidTableBase {
  @Str64() name: string;
  @Str64() slug: string;
  @BeforeInsert() makeSlug() {
    this.slug = this.name.toLowerCase();
  }
}

@Model()
class Fragile extends UuidTableBase {
  @Str64() name: string;
  @AfterUpdate() refuse() {
    if (this.name === 'refused') throw new Error('refused by a listener');
  }
}

let salt = 0;
@Model()
class Encrypted extends UuidTableBase {
  @Str64() name: string;
  @Column({
    type: 'varchar',
    length: 200,
    transformer: {
      to: (value: string) => `${salt++}:${value}`,
      from: (value: string) => value.slice(value.indexOf(':') + 1),
    },
  })
  text: string;
}

/** Columns with defaults of the database, one of which nobody here knows. */
@Model()
class Filled extends UuidTableBase {
  @Str64() name: string;
  @Bool({ default: true }) on: boolean;
  @NonNegativeBigInt({ default: 7 }) big: number;
  @Column({ type: 'boolean', default: true }) plain: boolean;
  @Column({ type: 'simple-array', default: 'a,b' }) words: string[];
  @Column({ type: 'int', default: 3 }) count: number;
}

/** Keys of people: text that MariaDB compares without regard to case. */
@Model()
class Country extends UuidTableBase {
  @Column({ type: 'varchar', length: 40, unique: true }) code: string;
  @OneToMany(() => City, (city) => city.country) cities: Relation<City>[];
}
@Model()
class City extends UuidTableBase {
  @Column({ type: 'varchar', length: 40, nullable: true }) countryCode: string | null;
  @ManyToOne(() => Country, (country) => country.cities, { nullable: true })
  @JoinColumn({ name: 'countryCode', referencedColumnName: 'code' })
  country: Relation<Country> | null;
}

class Temperature {
  constructor(readonly degrees: number) {}
}
@Model()
class Weather extends UuidTableBase {
  @Column({
    type: 'int',
    transformer: {
      to: (value: unknown) => (value instanceof Temperature ? value.degrees : value),
      from: (value: number) => new Temperature(value),
    },
  })
  temperature: Temperature;
}

const ENTITIES = [
  Filled,
  Country,
  City,
  Weather,
  Writer,
  Label,
  Post,
  Memo,
  Album,
  Track,
  Board,
  Pin,
  LazyMemo,
  Seat,
  Versioned,
  Bill,
  BillLine,
  BillTax,
  Purchase,
  Slugged,
  Fragile,
  Encrypted,
];

/** Columns that only some engines have. */
@Model()
class Place extends UuidTableBase {
  @Str64() name: string;
  @Column({ type: 'point', nullable: true }) at: unknown;
}
@Model()
class Document extends UuidTableBase {
  @Column({ type: 'mediumtext' }) text: string;
}
@Model()
class Measured extends UuidTableBase {
  @PrimaryColumn({ type: 'timestamp' }) moment: Date;
}
@Model()
class Settings extends UuidTableBase {
  @Column({ type: 'jsonb' }) data: Record<string, number>;
}

describe.each(DATABASES)('regressions of the repository on $name', ({ name: engine, hasSeveral }) => {
  const alone = hasSeveral ? it : it.skip;
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  const repo = <T extends object>(model: new () => T) => new ModelRepository<any>(model as never, dataSource);
  let writers: ModelRepository<Writer>;
  let posts: ModelRepository<Post>;
  let labels: ModelRepository<Label>;
  let n = 0;
  const unique = (text = 'x') => `${text}-${++n}`;
  const rolledBack = async (work: () => Promise<unknown>) =>
    unitOfWork
      .run(async () => {
        await work();
        throw new Error('roll back');
      })
      .catch((error: Error) => {
        if (error.message !== 'roll back') throw error;
      });

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, ENTITIES));
    unitOfWork = new UnitOfWork(dataSource);
    writers = repo(Writer);
    posts = repo(Post);
    labels = repo(Label);
  });
  afterAll(() => close());

  describe('lost updates', () => {
    it('loading a soft-deleted to-one and saving something else keeps the foreign key', async () => {
      const writer = await writers.add({ name: 'Ada' });
      const post = await posts.add({ title: 'A', writerId: writer.id });
      await writers.typeorm.softDelete(writer.id);
      const read = await posts.getExistOne(post.id, { load: ['writer'] });
      expect(read.writer).toBeNull();
      read.title = 'B';
      await posts.save(read);
      expect((await posts.getExistOne(post.id)).writerId).toBe(writer.id);
    });

    it('a changed list does not write columns back that somebody else has changed', async () => {
      const label = await labels.add({ name: unique() });
      const { id } = await posts.add({ title: 'A' });
      const mine = await posts.getExistOne(id, { load: ['labels'] });
      await posts.update(await posts.getExistOne(id), { title: 'theirs' });
      mine.labels.push(label);
      await posts.save(mine);
      expect((await posts.getExistOne(id)).title).toBe('theirs');
    });

    it('a changed list does not undo what somebody else added to it', async () => {
      const [a, b] = await labels.add([{ name: unique() }, { name: unique() }]);
      const { id } = await posts.add({ title: 'A' });
      const mine = await posts.getExistOne(id, { load: ['labels'] });
      const theirs = await posts.getExistOne(id, { load: ['labels'] });
      theirs.labels.push(a);
      await posts.save(theirs);
      mine.labels.push(b);
      await posts.save(mine);
      const after = await posts.getExistOne(id, { load: ['labels'] });
      expect(after.labels.map((label) => label.name).sort()).toEqual([a.name, b.name].sort());
    });

    it('saving a changed title leaves rows alone that joined an eager list meanwhile', async () => {
      const albums = repo(Album) as ModelRepository<Album>;
      const tracks = repo(Track) as ModelRepository<Track>;
      const { id } = await albums.add({ title: 'A' });
      await tracks.add({ name: 'first', albumId: id });
      const mine = await albums.getExistOne(id);
      expect(mine.tracks).toHaveLength(1);
      await tracks.add({ name: 'second', albumId: id });
      mine.title = 'B';
      await albums.save(mine);
      expect(await tracks.count({ albumId: id })).toBe(2);
    });

    it('an unchanged entity with an eager list is not written, and a changed one by one UPDATE', async () => {
      const albums = repo(Album) as ModelRepository<Album>;
      const { id } = await albums.add({ title: 'A' });
      const mine = await albums.getExistOne(id);
      await expectQueries(dataSource, 0, () => albums.save(mine));
      mine.title = 'B';
      await expectQueries(dataSource, 1, () => albums.save(mine));
    });

    it('a graph that was just added is not written again', async () => {
      const label = await labels.add({ name: unique() });
      const post = await posts.add({ title: 'A', labels: [label] });
      await expectQueries(dataSource, 0, () => posts.save(post));
      await posts.update(await posts.getExistOne(post.id), { body: 'theirs' });
      await posts.update(post, { title: 'mine' });
      expect(await posts.getExistOne(post.id)).toMatchObject({ title: 'mine', body: 'theirs' });
    });

    it('several entities of which one fails are all as before', async () => {
      const [a, b] = await labels.add([{ name: unique() }, { name: unique() }]);
      const before = a.updatedAt;
      a.name = unique('changed');
      b.name = a.name;
      await expect(labels.save([a, b])).rejects.toThrow();
      expect(a.updatedAt).toEqual(before);
      b.name = unique();
      await labels.save([a, b]);
      expect((await labels.getExistOne(a.id)).name).toBe(a.name);
    });

    it('a value that is set while the UPDATE runs is written by the next save', async () => {
      const { id } = await posts.add({ title: 'A' });
      const post = await posts.getExistOne(id);
      post.title = 'B';
      const saving = posts.save(post);
      post.title = 'C';
      await saving;
      await posts.save(post);
      expect((await posts.getExistOne(id)).title).toBe('C');
    });

    it('a list in a rolled back transaction is written by the next save', async () => {
      const label = await labels.add({ name: unique() });
      const { id } = await posts.add({ title: 'A' });
      const post = await posts.getExistOne(id, { load: ['labels'] });
      await rolledBack(async () => {
        post.labels.push(label);
        await posts.save(post);
      });
      await posts.save(post);
      expect((await posts.getExistOne(id, { load: ['labels'] })).labels).toHaveLength(1);
    });

    it('an update that failed after its UPDATE leaves the entity as the row is', async () => {
      const { id } = await posts.add({ title: 'A' });
      const post = await posts.getExistOne(id);
      const subscriber = {
        afterLoad: () => {
          throw new Error('loading fails');
        },
      };
      dataSource.subscribers.push(subscriber as never);
      await expect(posts.update(post, { title: 'B' }, { refresh: true })).rejects.toThrow('loading fails');
      dataSource.subscribers.pop();
      const stored = (await posts.getExistOne(id)).title;
      await posts.update(post, { rank: 1 });
      expect((await posts.getExistOne(id)).title).toBe(stored);
    });

    it('a cascade leaves hidden columns of the related row as they are', async () => {
      const writer = await writers.add({ name: 'Ada', secret: 'kept' });
      const { id } = await posts.add({ title: 'A', writerId: writer.id });
      const post = await posts.getExistOne(id, { load: ['writer'] });
      for (const name of ['Bea', 'Cleo']) {
        post.writer!.name = name;
        await posts.save(post);
      }
      post.writer!.name = 'Dora';
      await writers.save(post.writer!);
      expect(await writers.getExistOne(writer.id, { addSelect: ['secret'] })).toMatchObject({
        name: 'Dora',
        secret: 'kept',
      });
    });

    it('an unchanged relation whose key was not read is not written', async () => {
      const board = await repo(Board).add({ name: 'B' });
      const { id } = await repo(Pin).add({ name: 'P', boardId: board.id });
      const pin = await repo(Pin).getExistOne(id, { load: ['board'] });
      expect(pin.board?.id).toBe(board.id);
      await expectQueries(dataSource, 0, () => repo(Pin).save(pin));
    });

    it('a relation without a key property is not written again after the insert', async () => {
      const writer = await writers.add({ name: 'Ada' });
      const memo = await repo(Memo).add({ text: 'x', writer });
      await expectQueries(dataSource, 0, () => repo(Memo).save(memo));
    });

    it('a column that is encrypted with a new salt each time is not written when it did not change', async () => {
      const { id } = await repo(Encrypted).add({ name: 'A', text: 'secret' });
      const read = await repo(Encrypted).getExistOne(id);
      await expectQueries(dataSource, 0, () => repo(Encrypted).save(read));
    });

    it('a hidden column that refresh did not read again is not written back', async () => {
      const { id } = await writers.add({ name: 'Ada', secret: 'old' });
      const mine = await writers.getExistOne(id, { addSelect: ['secret'] });
      await writers.update(await writers.getExistOne(id), { secret: 'new' });
      mine.name = 'Bea';
      await writers.save(mine, { refresh: true });
      mine.name = 'Cleo';
      await writers.save(mine);
      expect((await writers.getExistOne(id, { addSelect: ['secret'] })).secret).toBe('new');
    });
  });

  describe('wrong rows', () => {
    it('an empty nested condition does not delete every row', async () => {
      await repo(Purchase).add({ name: 'A', total: { amount: 1 } });
      const count = await repo(Purchase).count();
      await expect(repo(Purchase).deleteWhere({ total: {} })).rejects.toThrow(/condition/);
      expect(await repo(Purchase).count()).toBe(count);
      const label = await posts.add({ title: 'A' });
      await expect(posts.deleteWhere({ writer: {} } as never)).rejects.toThrow(/condition/);
      expect(await posts.getOne(label.id)).not.toBeNull();
    });

    it('a null relation in deleteWhere deletes the rows without it', async () => {
      const title = unique('without');
      const writer = await writers.add({ name: 'Ada' });
      await posts.add([{ title }, { title, writerId: writer.id }]);
      expect(await posts.deleteWhere({ title, writer: Not(IsNull()) } as never)).toBe(1);
      expect(await posts.deleteWhere({ title, writer: null } as never)).toBe(1);
    });

    it('an update of a row that was deleted does not bring it back', async () => {
      const post = await posts.add({ title: 'gone' });
      await posts.delete(post);
      await expect(posts.update(post, { title: 'back' })).rejects.toThrow();
      expect(await posts.getOne(post.id)).toBeNull();
    });

    it('a graph whose transaction was rolled back does not overwrite another row later', async () => {
      const bills = repo(Bill) as ModelRepository<Bill>;
      const mine = Object.assign(new Bill(), {
        name: 'mine',
        lines: [Object.assign(new BillLine(), { text: unique() })],
      });
      await rolledBack(() => bills.add(mine));
      const other = await bills.add({ name: 'other' });
      await bills.save(mine);
      expect((await bills.getExistOne(other.id)).name).toBe('other');
      expect(await bills.count({ name: 'mine' })).toBe(1);
    });

    it('a filter function with OR stays inside the condition', async () => {
      await posts.add([
        { title: 'or-a', rank: 7 },
        { title: 'or-a', rank: 8 },
        { title: 'or-b', rank: 7 },
      ]);
      const found = await posts.get(
        { rank: 7 },
        {
          fetch: 'all',
          filter: (query, alias) => query.where(`${alias}.title = 'or-a'`).orWhere(`${alias}.title = 'or-b'`),
        },
      );
      expect(found.map(({ rank }) => rank)).toEqual([7, 7]);
    });

    it('an empty list of alternatives matches no row', async () => {
      await posts.add({ title: 'some' });
      expect(await posts.get([], { fetch: 'all', limit: 5 }).catch((error: Error) => error.name)).not.toHaveLength(5);
      expect(await posts.count([]).catch(() => 0)).toBe(0);
    });

    it('load gives rows whose foreign key is not selected', async () => {
      const board = await repo(Board).add({ name: 'B' });
      await repo(Pin).add({ name: 'P', boardId: board.id });
      expect((await repo(Board).getExistOne(board.id, { load: ['pins'] })).pins).toHaveLength(1);
    });

    it('the same new entity twice in one list is one row', async () => {
      const bill = Object.assign(new Bill(), { name: unique('twice') });
      await repo(Bill)
        .add([bill, bill])
        .catch(() => undefined);
      expect(await repo(Bill).count({ name: bill.name })).toBeLessThan(2);
    });
  });

  describe('reading', () => {
    it('orders by a column of a relation, also for the first row and for pages', async () => {
      const [a, b] = await writers.add([{ name: 'order-a' }, { name: 'order-b' }]);
      const title = unique('ordered');
      await posts.add([a, b, a, b].map((writer, rank) => ({ title, rank, writerId: writer.id })));
      const order = { writer: { name: 'DESC' }, rank: 'ASC' } as const;
      expect((await posts.get({ title }, { order }))?.rank).toBe(1);
      const page = await posts.get({ title }, { order, offset: 1, limit: 2, fetch: 'all', load: ['writer'] });
      expect(page.map(({ rank }) => rank)).toEqual([3, 0]);
    });

    it.each([
      ['by its key', (id: string) => posts.getOne(id, { withForUpdate: true })],
      ['by a column', (id: string) => posts.get({ id }, { withForUpdate: true })],
      ['by a relation', (id: string) => posts.get({ id, writer: { name: 'locked' } }, { withForUpdate: true })],
      ['by a filter', (id: string) => posts.get({ id }, { withForUpdate: true, filter: (query) => query })],
      ['by a join', (id: string) => posts.get({ id }, { withForUpdate: true, join: ['writer'] })],
      [
        'of a list',
        async (id: string) => (await posts.get({ id }, { withForUpdate: true, fetch: 'all', limit: 1 })).at(0),
      ],
    ])('locks a row %s', async (_name, read) => {
      const writer = await writers.add({ name: 'locked' });
      const { id } = await posts.add({ title: 'A', writerId: writer.id });
      expect((await unitOfWork.run(() => read(id)))?.id).toBe(id);
    });

    it('locks a row with an eager list', async () => {
      const { id } = await repo(Album).add({ title: 'A' });
      await repo(Track).add([
        { name: 'a', albumId: id },
        { name: 'b', albumId: id },
      ]);
      await unitOfWork.run(async () => {
        expect((await repo(Album).getOne(id, { withForUpdate: true })).tracks).toHaveLength(2);
        expect((await repo(Album).get({ id }, { withForUpdate: true })).tracks).toHaveLength(2);
      });
    });

    it('a condition finds a key in upper case on every engine', async () => {
      const { id } = await posts.add({ title: 'A' });
      expect(await posts.count({ id: id.toUpperCase() })).toBe(1);
    });

    it('null inside an operator means IS NULL or is refused', async () => {
      const title = unique('null');
      await posts.add({ title, body: 'text' });
      expect(await posts.count({ title, body: Not(null as never) }).catch(() => 1)).toBe(1);
    });

    it('loads lists with a table between of a soft-deleted entity', async () => {
      const label = await labels.add({ name: unique() });
      const { id } = await writers.add({ name: 'Ada', labels: [label] });
      await writers.typeorm.softDelete(id);
      const deleted = await writers.getExistOne(id, { withDeleted: true });
      await writers.save(deleted, { load: ['labels'] });
      expect(deleted.labels).toHaveLength(1);
    });

    it('reads a column that is selected anyway, beside an eager list', async () => {
      const { id } = await repo(Album).add({ title: 'A' });
      expect((await repo(Album).get({ id }, { addSelect: ['title'] })).title).toBe('A');
    });
  });

  describe('half written', () => {
    it('add of rows with and without an id is all or none', async () => {
      const text = unique();
      const [bill] = await repo(Bill).add([{ name: 'A' }]);
      await repo(BillLine).add({ text, billId: bill.id });
      const count = await repo(BillLine).count();
      await expect(
        repo(BillLine).add([
          { id: 900_000 + ++n, text: unique(), billId: bill.id },
          { text, billId: bill.id },
        ]),
      ).rejects.toThrow();
      expect(await repo(BillLine).count()).toBe(count);
    });

    it('an AfterUpdate listener that throws undoes the update', async () => {
      const { id } = await repo(Fragile).add({ name: 'A' });
      await expect(repo(Fragile).update(await repo(Fragile).getExistOne(id), { name: 'refused' })).rejects.toThrow(
        'refused',
      );
      expect((await repo(Fragile).getExistOne(id)).name).toBe('A');
    });

    it('a subscriber that throws after an insert undoes it', async () => {
      const name = unique('sub');
      const subscriber: EntitySubscriberInterface = {
        afterInsert(event: InsertEvent<any>) {
          if (event.entity.name === name) throw new Error('refused by a subscriber');
        },
      };
      dataSource.subscribers.push(subscriber);
      await expect(labels.add({ name })).rejects.toThrow('refused');
      dataSource.subscribers.pop();
      expect(await labels.count({ name })).toBe(0);
    });
  });

  describe('memory', () => {
    it('subscribers see the row as it was', async () => {
      const { id } = await labels.add({ name: unique() });
      const seen: unknown[] = [];
      const subscriber: EntitySubscriberInterface = {
        beforeUpdate(event: UpdateEvent<any>) {
          seen.push(event.databaseEntity?.name);
        },
      };
      const label = await labels.getExistOne(id);
      const before = label.name;
      dataSource.subscribers.push(subscriber);
      await labels.update(label, { name: unique() });
      dataSource.subscribers.pop();
      expect(seen).toEqual([before]);
    });

    it('the version column arrives in memory', async () => {
      const { id } = await repo(Versioned).add({ name: 'A' });
      const row = await repo(Versioned).getExistOne(id);
      await repo(Versioned).update(row, { name: 'B' });
      expect(row.version).toBe((await repo(Versioned).getExistOne(id)).version);
    });

    it('updatedAt keeps its milliseconds when a list changes too', async () => {
      const { id } = await posts.add({ title: 'A' });
      const post = await posts.getExistOne(id, { load: ['labels'] });
      const before = post.updatedAt;
      post.title = 'B';
      post.labels.push(await labels.add({ name: unique() }));
      await posts.save(post);
      expect(post.updatedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
      expect((await posts.getExistOne(id)).updatedAt).toEqual(post.updatedAt);
    });

    it('a value that is set while the INSERT runs is written by the next save', async () => {
      const post = Object.assign(new Post(), { title: 'A' });
      const adding = posts.add(post);
      post.title = 'B';
      await adding;
      await posts.save(post);
      expect((await posts.getExistOne(post.id)).title).toBe('B');
    });

    it('values that the database fills in have the types of a read', async () => {
      const row = await repo(Filled).add({ name: 'A' });
      expect({ ...row }).toEqual({ ...(await repo(Filled).getExistOne(row.id)) });
      await expectQueries(dataSource, 0, () => repo(Filled).save(row));
    });

    it('an id of its own survives a rollback', async () => {
      const bill = Object.assign(new Bill(), { id: 700_000 + ++n, name: 'own' });
      const { id } = bill;
      await rolledBack(() => repo(Bill).add(bill));
      expect(bill.id).toBe(id);
    });

    it('a null id is one that the database gives', async () => {
      const bill = await repo(Bill).add({ id: null, name: 'null id' });
      expect(typeof bill.id).toBe('number');
    });

    it('SQL as a value does not stay in the entity', async () => {
      const row = await repo(Purchase).add({ name: 'A', count: () => '1 + 1' });
      expect(row.count).toBe(2);
      const read = await repo(Purchase).getExistOne(row.id);
      await repo(Purchase).update(read, { count: () => 'count + 1' });
      expect(read.count).toBe(3);
    });

    it('add gives what a read gives: null and embedded classes', async () => {
      const row = await repo(Purchase).add({ name: 'A', total: { amount: 2, currency: 'EUR' } });
      expect(row.code).toBeNull();
      expect(row.total.text).toBe('2 EUR');
    });

    it('trusted values reach the database or are refused', async () => {
      const post = await posts.add({ title: 'A' });
      const createdAt = new Date('2020-01-01T00:00:00Z');
      await posts.update(post, {}, { extra: { createdAt } }).catch(() => undefined);
      expect((await posts.getExistOne(post.id)).createdAt).toEqual(post.createdAt);
    });
  });

  describe('refused although legal, or ignored', () => {
    it('a required column may be filled in by a listener', async () => {
      const row = await repo(Slugged).add({ name: 'Ada' });
      expect(row.slug).toBe('ada');
    });

    it('a cascade gives its children the key that they need', async () => {
      const tax = Object.assign(new BillTax(), { text: 'vat' });
      const bill = await repo(Bill).add(Object.assign(new Bill(), { name: 'taxed', taxes: [tax] }));
      expect(await repo(BillTax).count({ billId: bill.id })).toBe(1);
    });

    it('a relation and its key in another case name the same row', async () => {
      const writer = await writers.add({ name: 'Ada' });
      const post = await posts.add({ title: 'A', writer, writerId: writer.id.toUpperCase() });
      expect(post.writerId).toBe(writer.id);
    });

    it('a new object in a relation that does not cascade is refused, not dropped', async () => {
      const title = unique('unsaved');
      const writer = Object.assign(new Writer(), { name: 'new' });
      await expect(posts.add({ title, writer })).rejects.toThrow();
      expect(await posts.count({ title })).toBe(0);
      const post = await posts.add({ title });
      post.writer = writer;
      await expect(posts.save(post)).rejects.toThrow();
    });

    it('a name in exclude that the model does not have is refused', async () => {
      const post = await posts.add({ title: 'A' });
      await expect(posts.update(post, { rank: 1 }, { exclude: ['rnak'] })).rejects.toThrow(/rnak/);
      expect((await posts.getExistOne(post.id)).rank).toBe(0);
    });

    it('unknown names in embedded objects are refused', async () => {
      await expect(repo(Purchase).add({ name: 'A', total: { amuont: 1 } })).rejects.toThrow(/amuont/);
    });

    it('an embedded object can be patched', async () => {
      const row = await repo(Purchase).add({ name: 'A', total: { amount: 2, currency: 'EUR' } });
      await repo(Purchase).update(row, { total: { amount: 3 } });
      expect(await repo(Purchase).getExistOne(row.id)).toMatchObject({ total: { amount: 3, currency: 'EUR' } });
    });

    it('relations in embedded objects are saved and loaded', async () => {
      const [a, b] = await writers.add([{ name: 'Ada' }, { name: 'Bea' }]);
      const row = await repo(Purchase).add({ name: 'A', total: { amount: 2, payer: a } });
      const read = await repo(Purchase).getExistOne(row.id, { load: ['total.payer'] });
      expect(read.total.payer.id).toBe(a.id);
      read.total.payer = b;
      await repo(Purchase).save(read);
      expect((await repo(Purchase).getExistOne(row.id, { load: ['total.payer'] })).total.payer.id).toBe(b.id);
    });

    it('cascades take plain objects', async () => {
      const bill = await repo(Bill).add({ name: 'plain', lines: [{ text: unique() }] });
      expect(await repo(BillLine).count({ billId: bill.id })).toBe(1);
      const name = unique();
      const post = await posts.add({ title: 'A', labels: [{ name }] });
      expect((await posts.getExistOne(post.id, { load: ['labels'] })).labels[0].name).toBe(name);
    });

    it('cascades take objects of data classes, and plain objects on a loaded parent', async () => {
      class LineCreate {
        text: string;
      }
      const bill = await repo(Bill).add({ name: 'dto', lines: [Object.assign(new LineCreate(), { text: unique() })] });
      const read = await repo(Bill).getExistOne(bill.id, { load: ['lines'] });
      read.lines.push({ text: unique() });
      await repo(Bill).save(read);
      expect(read.lines[1]).toBeInstanceOf(BillLine);
      expect(await repo(BillLine).count({ billId: bill.id })).toBe(2);
      const post = await posts.add({ title: 'A' });
      const loaded = await posts.getExistOne(post.id, { load: ['labels'] });
      loaded.labels.push({ id: '01a1f8a5-a587-722e-ab2b-2b62e6439f42', name: unique() } as Label);
      await posts.save(loaded);
      expect((await posts.getExistOne(post.id, { load: ['labels'] })).labels).toHaveLength(1);
      await posts.delete(post);
      await labels.deleteWhere({ id: '01a1f8a5-a587-722e-ab2b-2b62e6439f42' });
    });

    it('a null key is a row that does not exist', async () => {
      expect(await posts.getOne(null as never)).toBeNull();
    });

    it('an order that is neither ASC nor DESC is refused', async () => {
      await expect(posts.get(undefined, { order: { title: 'down' as never } })).rejects.toThrow(/ASC/);
    });

    it('a delete of many rows works with composite keys', async () => {
      const seats = await repo(Seat).add(Array.from({ length: 1_200 }, (_, place) => ({ place, name: 's' })));
      expect(await repo(Seat).delete(seats)).toBe(1_200);
    });

    it('a delete of many rows works where a subscriber listens', async () => {
      const many = await labels.add(Array.from({ length: 1_200 }, () => ({ name: unique('many') })));
      const subscriber = { beforeRemove: () => undefined };
      dataSource.subscribers.push(subscriber);
      try {
        expect(await labels.delete(many)).toBe(1_200);
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
    });

    it('deleteWhere of many rows works where a subscriber listens', async () => {
      const title = unique('many');
      await posts.add(Array.from({ length: 1_200 }, () => ({ title })));
      const subscriber = { beforeRemove: () => undefined };
      dataSource.subscribers.push(subscriber);
      try {
        expect(await posts.deleteWhere({ title })).toBe(1_200);
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
    });

    it('10,000 rows of a model with soft delete can be added', async () => {
      const rows = await writers.add(Array.from({ length: 10_000 }, () => ({ name: 'bulk' })));
      expect(rows.at(-1)?.deletedAt).toBeNull();
      expect(await writers.count({ name: 'bulk' })).toBe(10_000);
    }, 60_000);

    it('10,000 rows can be added where a subscriber listens', async () => {
      const title = unique('bulk');
      const subscriber = { afterInsert: () => undefined };
      dataSource.subscribers.push(subscriber);
      try {
        await posts.add(Array.from({ length: 10_000 }, () => ({ title })));
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      expect(await posts.count({ title })).toBe(10_000);
    }, 60_000);

    it('10,000 rows with objects of cascading relations can be added', async () => {
      const label = await labels.add({ name: unique() });
      const rows = await posts.add(Array.from({ length: 10_000 }, () => ({ title: 'bulk', labels: [label] })));
      expect(rows).toHaveLength(10_000);
    }, 120_000);
  });

  describe('lists', () => {
    it('a relation that is assigned while the UPDATE runs is written by the next save', async () => {
      const [a, b] = await writers.add([{ name: 'a' }, { name: 'b' }]);
      const { id } = await posts.add({ title: 'A', writerId: a.id });
      const post: Post = await posts.getExistOne(id, { load: ['writer'] });
      post.title = 'B';
      const saving = posts.save(post);
      post.writer = b;
      await saving;
      await posts.save(post);
      expect((await posts.getExistOne(id)).writerId).toBe(b.id);
    });

    it('a link to a row that does not exist is an error', async () => {
      const post = await posts.add({ title: 'A', labels: [] });
      post.labels.push(Object.assign(new Label(), { id: '01a1f8a5-a587-722e-ab2b-2b62e6439f41' }));
      await expect(posts.save(post)).rejects.toThrow();
      await expect(
        writers.add({ name: 'A', labels: [{ id: '01a1f8a5-a587-722e-ab2b-2b62e6439f41' }] }),
      ).rejects.toThrow();
    });

    it('a cascade inserts new objects that bring their key', async () => {
      const label = Object.assign(new Label(), { id: randomUUID(), name: unique() });
      const post = await posts.add({ title: 'A', labels: [label] });
      expect((await posts.getExistOne(post.id, { load: ['labels'] })).labels.map(({ id }) => id)).toEqual([label.id]);
      const line = Object.assign(new BillLine(), { id: 500_000 + ++n, text: unique() });
      const bill = await repo(Bill).add({ name: 'A', lines: [line] });
      expect(await repo(BillLine).count({ id: line.id, billId: bill.id })).toBe(1);
    });

    it('a child that is given to another parent keeps the milliseconds of its timestamp', async () => {
      const line = await repo(BillLine).add({ text: unique() });
      const bill = await repo(Bill).add({ name: 'A' });
      bill.lines = [line];
      await repo(Bill).save(bill);
      const read = await repo(BillLine).getExistOne(line.id);
      expect(read.billId).toBe(bill.id);
      expect(read.updatedAt.getTime()).toBeGreaterThanOrEqual(line.createdAt.getTime());
      expect(line.updatedAt).toEqual(read.updatedAt);
    });

    it('a child in a list that was rolled back is written by its next save', async () => {
      const line = await repo(BillLine).add({ text: unique() });
      const bill = await repo(Bill).add({ name: 'A' });
      await rolledBack(async () => {
        bill.lines = [line];
        await repo(Bill).save(bill);
      });
      const stored = async () => (await repo(BillLine).getExistOne(line.id)).billId;
      expect(await stored()).toBeNull();
      line.billId = bill.id;
      await repo(BillLine).save(line);
      expect(await stored()).toBe(bill.id);
    });

    it('subscribers hear of children that a list changes', async () => {
      const line = await repo(BillLine).add({ text: unique() });
      const bill = await repo(Bill).add({ name: 'A', lines: [] });
      const heard: string[] = [];
      const subscriber: EntitySubscriberInterface = {
        afterUpdate: ({ metadata }) => void heard.push(`update ${metadata.name}`),
        afterInsert: ({ metadata }) => void heard.push(`insert ${metadata.name}`),
      };
      dataSource.subscribers.push(subscriber);
      try {
        bill.lines = [line, Object.assign(new BillLine(), { text: unique() })];
        await repo(Bill).save(bill);
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      }
      expect(heard.sort()).toEqual(['insert BillLine', 'update BillLine']);
    });
  });

  describe('lazy relations', () => {
    it('are not queried by a save, and loaded by load', async () => {
      const writer = await writers.add({ name: 'Ada' });
      const added = await repo(LazyMemo).add({ text: 'x', writer: Promise.resolve(writer) });
      const memo = await repo(LazyMemo).getExistOne(added.id);
      await expectQueries(dataSource, 0, () => repo(LazyMemo).save(memo));
      memo.text = 'y';
      await expectQueries(dataSource, 1, () => repo(LazyMemo).save(memo));
      const loaded = await repo(LazyMemo).getExistOne(added.id, { load: ['writer'] });
      expect((await loaded.writer).id).toBe(writer.id);
      loaded.text = 'z';
      await repo(LazyMemo).save(loaded);
      expect((await (await repo(LazyMemo).getExistOne(added.id)).writer)?.id).toBe(writer.id);
    });
  });

  it('conditions that hold objects of a transformer are joined, not mixed', async () => {
    await repo(Weather).add({ temperature: new Temperature(5) });
    const both = repo(Weather).count(
      { temperature: new Temperature(5) },
      { filter: { temperature: new Temperature(6) } },
    );
    expect(await both).toBe(0);
  });

  it('rows that refer to a key in another case are found, where the database finds them', async () => {
    const country = await repo(Country).add({ code: unique('Fr') });
    if (engine !== 'mariadb') return;
    const { id } = await repo(City).add({ countryCode: country.code.toUpperCase() });
    const city = await repo(City).getExistOne(id, { load: ['country'] });
    expect(city.country?.id).toBe(country.id);
    expect((await repo(Country).getExistOne(country.id, { load: ['cities'] })).cities).toHaveLength(1);
  });

  if (engine === 'mariadb') {
    it('add() stays within the size of a statement', async () => {
      const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Document]);
      try {
        const [{ size }] = await own.query('SELECT @@max_allowed_packet AS size');
        const rows = Array.from({ length: Math.ceil(Number(size) / 60_000) + 20 }, () => ({
          text: 'x'.repeat(60_000),
        }));
        const documents = new ModelRepository(Document, own);
        expect(await documents.add(rows)).toHaveLength(rows.length);
      } finally {
        await closeOwn();
      }
    }, 60_000);
  }

  if (engine !== 'sqlite') {
    alone('geometric columns are written, and noticed when they change in place', async () => {
      const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Place]);
      try {
        const places = new ModelRepository(Place, own);
        const [, place] = await places.add([
          { name: 'a' },
          { name: 'b', at: engine === 'postgres' ? '(1,2)' : 'POINT(1 2)' },
        ]);
        const read = await places.get(undefined, { fetch: 'all', order: { name: 'ASC' } });
        const here = read.find(({ id }) => id === place.id) as Place;
        if (engine !== 'postgres') return;
        (here.at as { x: number }).x = 9;
        await places.save(here);
        expect((await places.getExistOne(here.id)).at).toEqual({ x: 9, y: 2 });
      } finally {
        await closeOwn();
      }
    });

    alone('refresh reads from the primary server, not from a replica that lags', async () => {
      const primary = await createTestDatabase(engine);
      const replica = await createTestDatabase(engine);
      const addressOf = ({ host, port, username, password, database }: Record<string, unknown>) => ({
        host,
        port,
        username,
        password,
        database,
      });
      for (const { options } of [primary, replica]) {
        const made = withSqlModelExt(new DataSource({ ...options, entities: [Label], synchronize: true }));
        await made.initialize();
        await made.destroy();
      }
      const { type, uuidExtension } = primary.options as unknown as Record<string, unknown>;
      const own = withSqlModelExt(
        new DataSource({
          type,
          ...(engine === 'postgres' ? { uuidExtension } : {}),
          entities: [Label],
          replication: { master: addressOf(primary.options as never), slaves: [addressOf(replica.options as never)] },
        } as never),
      );
      await own.initialize();
      try {
        const label = await new ModelRepository(Label, own).add({ name: 'A' });
        await new ModelRepository(Label, own).update(label, { name: 'B' }, { refresh: true });
        expect(label.name).toBe('B');
      } finally {
        await own.destroy();
        await primary.drop();
        await replica.drop();
      }
    });
  }

  if (engine === 'postgres') {
    alone('stream() passes keys with microseconds', async () => {
      const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Measured]);
      try {
        await own.query(
          `INSERT INTO measured(id, moment) SELECT '01a1f8a5-a587-722e-ab2b-2b62e6439f41',
           timestamp '2024-01-01 00:00:00.000123' + i * interval '1 microsecond' FROM generate_series(1, 5) i`,
        );
        let count = 0;
        for await (const row of new ModelRepository(Measured, own).stream(undefined, { batchSize: 1 })) {
          if (row && ++count > 20) break;
        }
        expect(count).toBe(5);
      } finally {
        await closeOwn();
      }
    });

    alone('conditions on a JSON column are joined, not mixed', async () => {
      const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Settings]);
      try {
        const settings = new ModelRepository(Settings, own);
        await settings.add({ data: { a: 1, b: 2 } });
        expect(await settings.count({ data: { a: 1 } }, { filter: { data: { b: 2 } } })).toBe(0);
      } finally {
        await closeOwn();
      }
    });
  }

  alone('a query cache for everything does not answer locks and refreshes', async () => {
    const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Label], {
      cache: { alwaysEnabled: true, duration: 60_000 },
    });
    try {
      const own1 = new ModelRepository(Label, own);
      const label = await own1.add({ name: 'A' });
      const table = own.driver.escape('label');
      const write = (name: string) => own.query(`UPDATE ${table} SET name = '${name}'`);
      await own1.save(label, { refresh: true });
      await write('B');
      await own1.save(label, { refresh: true });
      expect(label.name).toBe('B');
      await new UnitOfWork(own).run(async () => {
        await own1.getExistOne(label.id, { withForUpdate: true });
        await write('C');
        expect((await own1.getExistOne(label.id, { withForUpdate: true })).name).toBe('C');
      });
    } finally {
      await closeOwn();
    }
  });
});
