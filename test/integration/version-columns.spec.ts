import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource, VersionColumn } from 'typeorm';
import {
  Model,
  ModelRepository,
  OptimisticLock,
  OptimisticLockError,
  Str64,
  Table,
  UuidTable,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';

describe('the version column of a model', () => {
  let dataSource: DataSource | undefined;
  afterEach(async () => {
    if (dataSource?.isInitialized) await dataSource.destroy();
  });
  const open = (entity: Function) => {
    dataSource = withSqlModelExt(
      new DataSource({ type: 'better-sqlite3', database: ':memory:', synchronize: true, entities: [entity] }),
    );
    return dataSource.initialize();
  };

  it('may not be there twice', async () => {
    @Model()
    class Twice extends OptimisticLock(Table(class {})) {
      @VersionColumn() revision: number;
    }
    await expect(open(Twice)).rejects.toThrow("Twice has two versions, 'version' and 'revision': keep one.");
  });

  it.each(['bigint', 'datetime', 'text', undefined] as const)('is an integer although it says %s', async (type) => {
    @Model()
    class Counted extends Table(class {}) {
      @Str64() name: string;
      @VersionColumn(type === undefined ? {} : { type }) stamp: number;
    }
    const rows = new ModelRepository(Counted, await open(Counted));
    expect(rows.typeorm.metadata.versionColumn?.type).toBe('integer');
    const row = await rows.add({ name: 'a' });
    const stale = await rows.getExistOne(row.id);
    await rows.update(row, { name: 'b' });
    expect(Number(row.stamp)).toBe(2);
    await expect(rows.update(stale, { name: 'c' })).rejects.toThrow(OptimisticLockError);
  });

  it('comes with the mixin in either order', async () => {
    @Model()
    class Under extends UuidTable(OptimisticLock(class {})) {
      @Str64() name: string;
    }
    const rows = new ModelRepository(Under, await open(Under));
    expect(await rows.add({ name: 'a' })).toMatchObject({ name: 'a', version: 1 });
  });

  it('is not compared with a row of another data source', async () => {
    @Model()
    class Twin extends OptimisticLock(Table(class {})) {
      @Str64() name: string;
    }
    const here = new ModelRepository(Twin, await open(Twin));
    const first = dataSource;
    const there = new ModelRepository(Twin, await open(Twin));
    try {
      const [one, other] = [await here.add({ name: 'here' }), await there.add({ name: 'there' })];
      one.name = 'moved';
      await expect(there.save(one)).rejects.toThrow(/a Twin of another data source/);
      expect((await there.getExistOne(other.id)).name).toBe('there');
    } finally {
      await first?.destroy();
    }
  });
});
