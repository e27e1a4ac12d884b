import { DataSource, type DataSourceOptions } from 'typeorm';
import { withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { createTestDatabase, type DatabaseName } from './databases.js';

/** An initialised data source on a fresh database of its own, with the schema of these entities. */
export async function openDataSource(
  engine: DatabaseName,
  entities: readonly Function[],
  options: Partial<DataSourceOptions> = {},
): Promise<{ dataSource: DataSource; close: () => Promise<void> }> {
  const database = await createTestDatabase(engine);
  const dataSource = withSqlModelExt(
    new DataSource({
      ...database.options,
      synchronize: true,
      entities: [...entities],
      ...options,
    } as DataSourceOptions),
  );
  await dataSource.initialize();
  return {
    dataSource,
    close: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await database.drop();
    },
  };
}
