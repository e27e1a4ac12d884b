import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ColumnNotSelectedError, ModelRepository, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { expectQueries, MemoryStore } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { NEWSROOM, Report, Reporter } from '../support/models/newsroom.js';
import { openDataSource } from '../support/open-data-source.js';

/** Notes the keys that it is asked for. */
class ListeningStore extends MemoryStore {
  readonly keys = new Set<string>();

  constructor() {
    super({ maxEntries: 100 });
  }

  override mark(keys: readonly string[], writer: string, ttl: number): void {
    for (const key of keys) this.keys.add(key);
    super.mark(keys, writer, ttl);
  }
}

/** What public threads about caches ask for, or complain about. */
describe.each(DATABASES)('threads about caches, on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let reports: ModelRepository<Report>;
  let reporters: ModelRepository<Reporter>;
  let store: ListeningStore;

  beforeEach(async () => {
    ({ dataSource, close } = await openDataSource(engine, NEWSROOM));
    store = new ListeningStore();
    withSqlModelExt(dataSource, { cache: { store, namespace: 'my-app', keyPrefix: () => 'tenant-7' } });
    reports = new ModelRepository(Report, dataSource);
    reporters = new ModelRepository(Reporter, dataSource);
  });
  afterEach(() => close());

  it('typeorm#1920, #6936: one entity, or all of a model, can be dropped', async () => {
    const [a, b] = await reports.add([{ title: 'a' }, { title: 'b' }]);
    await reports.invalidateById(a.id);
    await expectQueries(dataSource, 1, () => reports.getOne(a.id));
    await expectQueries(dataSource, 0, () => reports.getOne(b.id));
    await reports.invalidateAll();
    await expectQueries(dataSource, 1, () => reports.getOne(b.id));
  });

  it('typeorm#1915: keys begin as the application says', async () => {
    await reports.add({ title: 'a' });
    expect(store.keys.size).toBeGreaterThan(1);
    for (const key of store.keys) expect(key).toMatch(/^my-app:tenant-7:/);
  });

  it('typeorm#7610: a list is never older than a write', async () => {
    const report = await reports.add({ title: 'a', views: 1 });
    expect(await reports.count({ views: 1 })).toBe(1);
    await reports.update(report, { views: 2 });
    expect(await reports.count({ views: 1 })).toBe(0);
  });

  it('typeorm#2794, nest#2716: dates are dates, and entities are of their class', async () => {
    const { id } = await reports.add({ title: 'a' });
    const [read] = await reports.get({ id }, { fetch: 'all' });
    const [hit] = await expectQueries(dataSource, 0, () => reports.get({ id }, { fetch: 'all' }));
    expect(hit).toBeInstanceOf(Report);
    expect(hit.createdAt).toBeInstanceOf(Date);
    expect(hit).toEqual(read);
  });

  it('mikro-orm#1704: saving what came from the cache writes nothing', async () => {
    const { id } = await reports.add({ title: 'a' });
    const hit = await reports.getExistOne(id);
    await expectQueries(dataSource, 0, () => reports.save(hit));
  });

  it('mikro-orm#2301: a row that was read with more columns, or with fewer, is not what others get', async () => {
    const { id } = await reporters.add({ name: 'Ada', secret: 's' });
    expect((await reporters.get({ id }, { addSelect: ['secret'] }))?.secret).toBe('s');
    const hit = await expectQueries(dataSource, 0, () => reporters.getExistOne(id));
    expect(() => hit.secret).toThrow(ColumnNotSelectedError);
    expect((await reporters.get({ id }, { addSelect: ['secret'] }))?.secret).toBe('s');
  });

  it('bentocache#71: what was deleted is not served', async () => {
    const report = await reports.add({ title: 'a' });
    await reports.getOne(report.id);
    await reports.delete(report);
    expect(await reports.getOne(report.id)).toBeNull();
    expect(await reports.count()).toBe(0);
  });
});
