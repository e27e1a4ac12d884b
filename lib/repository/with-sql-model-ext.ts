import type { DataSource } from 'typeorm';
import { checkTypeOrmVersion } from '../entity-model/index.js';

/**
 * Prepares a data source for models outside Nest: the TypeORM command line, seeds and scripts.
 *
 * ```ts
 * export default withSqlModelExt(new DataSource({ … }));
 * ```
 *
 * Loading this library is what teaches TypeORM about models, so importing a model file would do; the call
 * says so in the code, survives a refactoring that drops the import, and checks TypeORM's version.
 *
 * @throws ConfigurationError when the installed TypeORM is of a line that this version does not know
 */
export function withSqlModelExt<Source extends DataSource>(dataSource: Source): Source {
  checkTypeOrmVersion();
  return dataSource;
}
