import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BeforeInsert, type DataSource, JoinColumn, ManyToOne, OneToMany, type Relation } from 'typeorm';
import {
  ConfigurationError,
  Int,
  InvalidFieldValueError,
  Model,
  ModelRepository,
  NotAnEntityError,
  OptimisticLock,
  ProtectedFieldError,
  sanitizeIntegrityError,
  Str64,
  Table,
  UnitOfWork,
  UnknownFieldError,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import { expectQueries } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model()
class Maker extends Table(class {}) {
  @Str64({ unique: true }) code: string;
  @OneToMany(() => Ware, (ware) => ware.maker) wares: Relation<Ware>[];
}

/** Counted key, version, two unique keys, a hidden column, a default. */
@Model()
class Ware extends OptimisticLock(Table(class {})) {
  @Str64({ unique: true }) sku: string;
  @Int({ nullable: true, unique: true }) shelf: number | null;
  @Str64({ default: 'unnamed' }) title: string;
  @Int({ default: 0 }) price: number;
  @Str64({ nullable: true, select: false }) secret: string | null;
  @ManyToOne(() => Maker, (maker) => maker.wares, { nullable: true }) maker: Relation<Maker> | null;
}

/** A key that the application makes, and a unique key of two columns, of which one is a relation's. */
@Model({ uniques: [{ columns: ['city', 'makerId'] }] })
class Shop extends UuidTable(class {}) {
  @Str64() city: string;
  @Int({ nullable: true }) makerId: number;
  @ManyToOne(() => Maker) @JoinColumn({ name: 'makerId' }) maker: Relation<Maker>;
  @Int({ default: 1 }) size: number;
  @Str64({ nullable: true }) seen: string | null;

  @BeforeInsert() look(): void {
    this.seen = 'before insert';
  }
}

describe.each(DATABASES)('upsert() on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let wares: ModelRepository<Ware>;
  let shops: ModelRepository<Shop>;
  let makers: ModelRepository<Maker>;
  let maker: Maker;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [Maker, Ware, Shop]));
    wares = new ModelRepository(Ware, dataSource);
    shops = new ModelRepository(Shop, dataSource);
    makers = new ModelRepository(Maker, dataSource);
    maker = await makers.add({ code: 'acme' });
  });
  afterAll(() => close());
  beforeEach(async () => {
    await wares.typeorm.createQueryBuilder().delete().execute();
    await shops.typeorm.createQueryBuilder().delete().execute();
  });

  const bySku = (sku: string) => wares.get({ sku }, { fetch: 'one', addSelect: ['secret'], load: ['maker'] });

  it('inserts what is new and changes what is there', async () => {
    const known = await wares.add({ sku: 'a', title: 'old', price: 5, shelf: 1, secret: 's', maker });
    const [a, b] = await wares.upsert(
      [
        { sku: 'a', price: 6 },
        { sku: 'b', price: 7 },
      ],
      { conflict: ['sku'] },
    );
    expect(a).toBeInstanceOf(Ware);
    expect(a).toMatchObject({ id: known.id, sku: 'a', title: 'old', price: 6, shelf: 1, version: 2 });
    expect(b).toMatchObject({ sku: 'b', title: 'unnamed', price: 7, shelf: null, version: 1 });
    expect(b.id).not.toBe(known.id);
    expect(await bySku('a')).toMatchObject({
      id: known.id,
      title: 'old',
      price: 6,
      secret: 's',
      version: 2,
      maker: { id: maker.id },
    });
    expect(await bySku('b')).toMatchObject({ id: b.id, title: 'unnamed', price: 7 });
    expect(a.createdAt).toEqual(known.createdAt);
    expect(a.updatedAt.getTime()).toBeGreaterThanOrEqual(known.updatedAt.getTime());
    expect(await wares.count()).toBe(2);
  });

  it('gives entities that can be written on', async () => {
    await wares.add({ sku: 'a', price: 5 });
    const ware = await wares.upsert({ sku: 'a', price: 6 }, { conflict: ['sku'] });
    ware.price = 7;
    await wares.save(ware);
    expect(await bySku('a')).toMatchObject({ price: 7, version: 3 });
    await wares.delete(ware);
    expect(await wares.count()).toBe(0);
  });

  it('moves the version, so that who has read before learns of it', async () => {
    const stale = await wares.add({ sku: 'a', price: 5 });
    await wares.upsert({ sku: 'a', price: 6 }, { conflict: ['sku'] });
    stale.title = 'mine';
    await expect(wares.save(stale)).rejects.toThrow(/was changed since it was read/);
  });

  it('writes rows that give other columns apart, and null', async () => {
    await wares.add([
      { sku: 'a', title: 'A', shelf: 1 },
      { sku: 'b', title: 'B', shelf: 2 },
    ]);
    await wares.upsert(
      [
        { sku: 'a', title: 'AA' },
        { sku: 'b', shelf: null },
        { sku: 'c', shelf: 9, secret: 'x' },
      ],
      { conflict: ['sku'] },
    );
    expect(await bySku('a')).toMatchObject({ title: 'AA', shelf: 1 });
    expect(await bySku('b')).toMatchObject({ title: 'B', shelf: null });
    expect(await bySku('c')).toMatchObject({ title: 'unnamed', shelf: 9, secret: 'x' });
  });

  it('changes nothing where only the key is given', async () => {
    const known = await wares.add({ sku: 'a', title: 'A' });
    const ware = await wares.upsert({ sku: 'a' }, { conflict: ['sku'] });
    expect(ware).toMatchObject({ id: known.id, title: 'A', version: 1 });
  });

  it('meets a row by the key that is named alone', async () => {
    await wares.add([
      { sku: 'a', shelf: 1, title: 'A' },
      { sku: 'b', shelf: 2, title: 'B' },
    ]);
    for (const row of [
      { sku: 'new', shelf: 1, title: 'wrong' },
      { sku: 'a', shelf: 2, title: 'wrong' },
    ]) {
      const error: unknown = await wares.upsert(row, { conflict: ['sku'] }).catch((reason: unknown) => reason);
      expect(sanitizeIntegrityError(error)?.kind).toBe('unique');
    }
    expect(
      (await wares.get({}, { fetch: 'all', order: { sku: 'ASC' } })).map(({ title, shelf }) => [title, shelf]),
    ).toEqual([
      ['A', 1],
      ['B', 2],
    ]);
  });

  it('takes the primary key', async () => {
    const known = await wares.add({ sku: 'a', price: 5 });
    await wares.upsert({ id: known.id, sku: 'a2', price: 6 }, { conflict: ['id'] });
    expect(await wares.getExistOne(known.id)).toMatchObject({ sku: 'a2', price: 6, version: 2 });
    const made = await wares.upsert({ id: known.id + 1_000, sku: 'z' }, { conflict: ['id'] });
    expect(made.id).toBe(known.id + 1_000);
  });

  it('takes a key of several columns, with a relation, and keys that the application makes', async () => {
    const known = await shops.add({ city: 'Ulm', makerId: maker.id, size: 3 });
    const shop = await shops.upsert({ city: 'Ulm', maker, size: 4 }, { conflict: ['city', 'maker'] });
    expect(shop).toMatchObject({ id: known.id, size: 4, makerId: maker.id });
    const other = await shops.upsert({ city: 'Bonn', makerId: maker.id }, { conflict: ['city', 'makerId'] });
    expect(await shops.getExistOne(other.id)).toMatchObject({ city: 'Bonn', size: 1, seen: 'before insert' });
  });

  it('writes a thousand rows by few statements', async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({ sku: `s${index}`, price: index }));
    await wares.upsert(rows.slice(0, 400), { conflict: ['sku'] });
    const before = new Map((await wares.get({}, { fetch: 'all' })).map((ware) => [ware.sku, ware.id]));
    const work = () =>
      wares.upsert(
        rows.map((row) => ({ ...row, price: row.price + 1 })),
        { conflict: ['sku'] },
      );
    const written = engine === 'mariadb' ? await work() : await expectQueries(dataSource, 1, work);
    expect(await wares.count()).toBe(1_000);
    for (const [index, ware] of written.entries()) {
      expect([ware.sku, ware.price, ware.version]).toEqual([`s${index}`, index + 1, index < 400 ? 2 : 1]);
      if (index < 400) expect(ware.id).toBe(before.get(ware.sku));
    }
  });

  it('is undone with its transaction', async () => {
    const known = await wares.add({ sku: 'a', price: 5 });
    const fresh = Object.assign(new Ware(), { sku: 'b' });
    const again = Object.assign(new Ware(), { sku: 'a', price: 9 });
    const undone = new UnitOfWork(dataSource).run(async () => {
      await wares.upsert([fresh, again], { conflict: ['sku'] });
      expect(again.id).toBe(known.id);
      throw new RangeError();
    });
    await expect(undone).rejects.toThrow(RangeError);
    expect([fresh.id, fresh.version, again.id, again.version]).toEqual([undefined, undefined, undefined, undefined]);
    expect(await bySku('a')).toMatchObject({ price: 5, version: 1 });
    await wares.upsert([fresh, again], { conflict: ['sku'] });
    expect(await bySku('a')).toMatchObject({ price: 9, version: 2 });
  });

  it('checks everything before anything is written', async () => {
    const upsert = (rows: unknown, conflict: unknown = ['sku']) => wares.upsert(rows as never, { conflict } as never);
    await expect(upsert({ sku: 'a'.repeat(65) })).rejects.toThrow(InvalidFieldValueError);
    await expect(upsert({ price: 1 })).rejects.toThrow(InvalidFieldValueError);
    await expect(upsert([{ shelf: null, sku: 'x' }], ['shelf'])).rejects.toThrow(/must have a value/);
    await expect(upsert([{ sku: 'x' }, { sku: 'y' }, { sku: 'x' }])).rejects.toThrow(/is that of row \[0\] as well/);
    await expect(upsert({ sku: 'x', version: 3 })).rejects.toThrow(ProtectedFieldError);
    await expect(upsert({ sku: 'x', wrong: 3 })).rejects.toThrow(UnknownFieldError);
    await expect(upsert({ sku: 'x' }, ['title'])).rejects.toThrow(/no unique key over \[title\].*\[sku\]/);
    await expect(upsert({ sku: 'x' }, ['skku'])).rejects.toThrow(UnknownFieldError);
    await expect(upsert({ sku: 'x' }, [])).rejects.toThrow(ConfigurationError);
    await expect(upsert('x')).rejects.toThrow(NotAnEntityError);
    await expect(upsert(await wares.add({ sku: 'read' }))).rejects.toThrow(/save\(\) writes its changes/);
    await expect(makers.upsert({ code: 'x', wares: [{ sku: 'x' }] } as never, { conflict: ['code'] })).rejects.toThrow(
      ConfigurationError,
    );
    expect(await wares.count()).toBe(1);
    expect(await wares.upsert([], { conflict: ['sku'] })).toEqual([]);
  });
});
