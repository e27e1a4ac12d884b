import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BeforeInsert, ChildEntity, Column, Entity, In, PrimaryColumn, PrimaryGeneratedColumn, TableInheritance, VersionColumn, type DataSource } from 'typeorm';
import { Int64, Model, ModelRepository, OptimisticLock, OptimisticLockError, Str64, Table, TableBase, Text1M, UuidTable } from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

class Meta { @VersionColumn() version: number; @Column({ type: 'int', default: 0 }) extra: number; }
@Model() class Embedded extends UuidTable(class {}) { @Column(() => Meta) meta: Meta; @Str64() text: string; }

class KeyPart { @PrimaryColumn({ type: 'int' }) shelf: number; @PrimaryColumn({ type: 'bigint' }) big: string; }
@Model() class EmbeddedKey extends OptimisticLock(UuidTable(class {})) { @Column(() => KeyPart) key: KeyPart; @Str64() text: string; }

@Model() class DateKey extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'date' }) day: string;
  @PrimaryColumn({ type: 'varchar', length: 20, transformer: { to: (v: string) => v && `x-${v}`, from: (v: string) => v && v.slice(2) } }) code: string;
  @Str64() text: string; }

@Model() class Big extends OptimisticLock(Table(class {})) { @Text1M() text: string; }

@Model() class Named extends TableBase { @VersionColumn({ name: 'ver no' }) version: number; @Str64() text: string; }
@Model() class Small extends TableBase { @VersionColumn({ type: 'smallint' }) version: number; @Str64() text: string; }

@Entity() @TableInheritance({ column: { type: 'varchar', name: 'kind' } }) class Animal { @PrimaryGeneratedColumn() id: number; @VersionColumn() version: number; @Column() name: string; }
@ChildEntity() class Cat extends Animal { @Column({ nullable: true }) lives: number; }
@Entity() class PlainEmb { @PrimaryGeneratedColumn() id: number; @Column(() => Meta) meta: Meta; @Column() name: string; }

const MODELS = [Embedded, EmbeddedKey, DateKey, Big, Named, Small, Animal, Cat, PlainEmb];

describe.each(DATABASES)('probe $name', ({ name: engine }) => {
  let dataSource: DataSource; let close: () => Promise<void>;
  @Model() class Odd extends OptimisticLock(Table(class {})) { [key: string]: any }
  const types: Record<string, any> = engine === 'postgres' ? { inet: ['10.0.0.1', '10.0.0.2'], interval: ['1 day', '2 days'], point: ['(1,2)', '(3,4)'], int4range: ['[1,5)', '[2,6)'], bit: ['1', '0'], real: [1.5, 2.5], money: ['$1.00', '$2.00'], uuid: ['01a1f8a5-a587-722e-ab2b-2b62e6439f41', '01a1f8a5-a587-722e-ab2b-2b62e6439f42'], 'time with time zone': ['10:00:00+00', '11:00:00+00'], timestamp: [new Date(5), new Date(6)], char: ['a', 'b'], tsvector: ["'a'", "'b'"], xml: ['<a/>', '<b/>'], macaddr: ['08:00:2b:01:02:03', '08:00:2b:01:02:04'] }
    : engine === 'mariadb' ? { point: ['POINT(1 2)', 'POINT(3 4)'], bit: [Buffer.from([1]), Buffer.from([0])], year: [2000, 2001], timestamp: [new Date(1e12), new Date(2e12)], float: [1.5, 2.5], double: [0.1, 0.2], varbinary: [Buffer.from([0, 255]), Buffer.from([39])], uuid: ['01a1f8a5-a587-722e-ab2b-2b62e6439f41', '01a1f8a5-a587-722e-ab2b-2b62e6439f42'], inet6: ['::1', '::2'], tinyint: [1, 2], 'datetime': [new Date(5000), new Date(6000)], char: ['a', 'b'], longtext: ['a', 'b'], longblob: [Buffer.from([1]), Buffer.from([2])], time: ['10:00:00', '-11:00:00'] }
    : { real: [0.1, 0.2], numeric: [1, 2], varchar: ['1', '2'], datetime: [new Date(5), new Date(6)], text: ['1', '2'], boolean: [true, false] };
  for (const type of Object.keys(types)) Column({ type: type as never, nullable: true, name: `c_${type.replaceAll(' ', '_')}`, ...(type === 'varbinary' && { length: 20 }) })(Odd.prototype, type);
  if (engine === 'mariadb') { Column({ type: 'set', enum: ['x', 'y'], nullable: true })(Odd.prototype, 'set'); types['set'] = [['x'], ['x', 'y']]; }

  beforeAll(async () => { ({ dataSource, close } = await openDataSource(engine, [...MODELS, Odd])); });
  afterAll(() => close());
  const all = (m: any, list: any[]) => new ModelRepository(m, dataSource).get({ id: In(list.map((x) => x.id)) } as any, { fetch: 'all' }) as Promise<any[]>;

  it.each(Object.keys(types))('type %s', async (type) => {
    const repo = new ModelRepository<any>(Odd as any, dataSource);
    const list = await repo.add([{}, {}, {}] as any) as any[];
    const singles = await repo.add([{}, {}, {}] as any) as any[];
    for (const l of [list, singles]) { l[0][type] = types[type][0]; l[1][type] = types[type][1]; }
    list[2].createdAt; list[2][type] = types[type][0]; singles[2][type] = types[type][0];
    for (const s of singles) await repo.save(s);
    await repo.save(list);
    const get = async (l: any[]) => (await all(Odd, l)).sort((a, b) => a.id - b.id).map((x) => x[type]);
    expect(await get(list)).toEqual(await get(singles));
    list[0][type] = null; list[1][type] = types[type][0];
    await repo.save(list);
    expect((await get(list))[0]).toBeNull();
  });

  it('embedded version', async () => {
    const repo = new ModelRepository<any>(Embedded as any, dataSource);
    const list = await repo.add([{ text: 'a' }, { text: 'b' }]) as any[];
    const stale = await all(Embedded, list);
    expect(list[0].meta.version).toBe(1);
    for (const x of list) x.text += '!';
    await repo.save(list);
    expect(list.map((x) => x.meta.version)).toEqual([2, 2]);
    for (const x of stale) x.text += '?';
    await expect(repo.save(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.save(stale[0])).rejects.toThrow(OptimisticLockError);
    await expect(repo.delete(stale[0])).rejects.toThrow(OptimisticLockError);
    await expect(repo.delete(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.save(stale[0])).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.remove(stale[0])).rejects.toThrow(OptimisticLockError);
    list[0].text = 'typeorm'; await repo.typeorm.save(list[0]);
    expect(list[0].meta.version).toBe(3);
    const [put] = await repo.upsert([{ id: list[0].id, text: 'up' }], { conflict: ['id'] } as any) as any[];
    expect(put.meta.version).toBe(4);
    expect(await repo.delete(put)).toBe(1);
    await repo.typeorm.remove(list[1]);
    expect(await all(Embedded, list)).toEqual([]);
  });
  it('embedded key', async () => {
    const repo = new ModelRepository<any>(EmbeddedKey as any, dataSource);
    const list = await repo.add([{ key: { shelf: 1, big: '5' }, text: 'a' }, { key: { shelf: 1, big: '9007199254740993' }, text: 'b' }]) as any[];
    const read = await all(EmbeddedKey, list); const stale = await all(EmbeddedKey, list);
    for (const x of read) x.text += '!';
    await repo.save(read);
    expect((await all(EmbeddedKey, list)).map((x) => `${x.text}${x.version}`).sort()).toEqual(['a!2', 'b!2']);
    for (const x of stale) x.text += '?';
    await expect(repo.save(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.save(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.remove(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.delete(stale)).rejects.toThrow(OptimisticLockError);
    expect(await repo.delete(read)).toBe(2);
  });
  it('date key', async () => {
    const repo = new ModelRepository<any>(DateKey as any, dataSource);
    const list = await repo.add([{ day: '2024-01-02', code: 'a', text: 'a' }, { day: '2024-01-03', code: 'b', text: 'b' }]) as any[];
    const read = await all(DateKey, list); const stale = await all(DateKey, list);
    for (const x of read) x.text += '!';
    await repo.save(read);
    expect((await all(DateKey, list)).map((x) => `${x.text}${x.version}`).sort()).toEqual(['a!2', 'b!2']);
    for (const x of stale) x.text += '?';
    await expect(repo.save(stale)).rejects.toThrow(OptimisticLockError);
    await repo.save(stale, { optimisticRetryCount: 1, onConflict: 'mine' });
    expect(await repo.delete(stale)).toBe(2);
  });
  it('big texts', async () => {
    const repo = new ModelRepository(Big, dataSource);
    const list = await repo.add(Array.from({ length: 30 }, () => ({ text: '' }))) as Big[];
    for (const x of list) x.text = 'x'.repeat(1_000_000);
    await repo.save(list);
    expect(list[29].version).toBe(2);
  });
  it.each([Named, Small])('version column %p', async (M: any) => {
    const repo = new ModelRepository<any>(M, dataSource);
    const list = await repo.add([{ text: 'a' }, { text: 'b' }]) as any[];
    const stale = await all(M, list);
    for (const x of list) x.text += '!';
    await repo.save(list);
    for (const x of stale) x.text += '?';
    await expect(repo.save(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.save(stale)).rejects.toThrow(OptimisticLockError);
    await expect(repo.typeorm.remove(stale)).rejects.toThrow(OptimisticLockError);
    const [put] = await repo.upsert([{ id: list[0].id, text: 'up' }], { conflict: ['id'] } as any) as any[];
    expect(put.version).toBe(3);
    await repo.typeorm.upsert({ id: list[0].id, text: 'up' }, ['id']);
    expect((await repo.getExistOne(list[0].id) as any).version).toBe(4);
    list[1].text = 'z'; await repo.typeorm.save(list[1]);
    expect(list[1].version).toBe(3);
    await repo.typeorm.remove(list[1]);
  });
  it('plain', async () => {
    const cats = dataSource.getRepository(Cat);
    const cat = await cats.save({ name: 'Tom' });
    const [a, b] = [await cats.findOneByOrFail({ id: cat.id }), await cats.findOneByOrFail({ id: cat.id })];
    a.lives = 1; await cats.save(a);
    b.lives = 2;
    await expect(cats.save(b)).rejects.toThrow(OptimisticLockError);
    await expect(cats.remove(b)).rejects.toThrow(OptimisticLockError);
    await dataSource.getRepository(Animal).remove(a);
    expect(await cats.count()).toBe(0);
    const embs = dataSource.getRepository(PlainEmb);
    const emb = await embs.save({ name: 'a' });
    const [c, d] = [await embs.findOneByOrFail({ id: emb.id }), await embs.findOneByOrFail({ id: emb.id })];
    c.name = 'c'; await embs.save(c);
    expect(c.meta.version).toBe(2);
    d.name = 'd';
    await expect(embs.save(d)).rejects.toThrow(OptimisticLockError);
    await expect(embs.remove(d)).rejects.toThrow(OptimisticLockError);
    await embs.remove(c);
    expect(await embs.count()).toBe(0);
  });
});
