import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ModelRepository, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { NEWSROOM, Report, Reporter } from '../support/models/newsroom.js';

const [postgres] = DATABASES.filter(({ name, hasSeveral }) => name === 'postgres' && hasSeveral);
const ID = '01890000-0000-7000-8000-000000000001';

/** A replica that is behind, for good: another database, with an older row. */
(postgres ? describe : describe.skip)('the cache before a replicated database', () => {
  const databases: FreshDatabase[] = [];
  let dataSource: DataSource;
  let reports: ModelRepository<Report>;

  beforeAll(async () => {
    for (const title of ['new', 'old']) {
      const database = await createTestDatabase('postgres');
      databases.push(database);
      const single = withSqlModelExt(
        new DataSource({ ...database.options, entities: [...NEWSROOM], synchronize: true }),
      );
      await single.initialize();
      const reporter = await new ModelRepository(Reporter, single).add({ name: title });
      await new ModelRepository(Report, single).add({ id: ID, title, reporterId: reporter.id });
      await single.destroy();
    }
    const [master, slave] = databases.map(({ options }) => options);
    dataSource = withSqlModelExt(
      new DataSource({
        type: 'postgres',
        replication: { master, slaves: [slave] },
        entities: [...NEWSROOM],
      } as DataSourceOptions),
      { cache: {} },
    );
    await dataSource.initialize();
    reports = new ModelRepository(Report, dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    for (const database of databases) await database.drop();
  });

  it('is filled from the primary', async () => {
    expect((await reports.getOne(ID, { noCache: true }))?.title).toBe('old');
    for (let pass = 0; pass < 2; pass++) {
      expect((await reports.getOne(ID))?.title).toBe('new');
      expect(await reports.get({ title: 'new' }, { load: ['reporter'] })).toMatchObject({ reporter: { name: 'new' } });
      expect(await reports.count({ title: 'old' })).toBe(0);
    }
  });
});
