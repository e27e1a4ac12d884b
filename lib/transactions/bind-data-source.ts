import type { DataSource } from 'typeorm';
import {
  afterEntityMetadata,
  bindQueryRunner,
  fieldOfColumn,
  onTransaction,
  ownModelDefinition,
  ownQueryRunner,
} from '../entity-model/index.js';
import { currentScope, runInScope, scopeOfRunner } from './scope-storage.js';
import { shareSqliteConnection, sqliteConnectionOf } from './sqlite-connection.js';
import type { Isolation } from './transaction-options.js';
import { UnitOfWork } from './unit-of-work.js';

// Every manager, repository and query builder without a runner of its own uses the current transaction's.
bindQueryRunner((dataSource) => {
  const scope = currentScope(dataSource);
  if (!scope) return undefined;
  scope.assertOpen();
  return scope.transaction.runner;
});

// `manager.transaction()` inside a unit of work is a savepoint of it, with hooks of its own. On SQLite,
// where repositories could not run beside it anyway, it is a unit of work when it stands alone.
onTransaction((manager, isolation, work) => {
  const { dataSource } = manager;
  const own = ownQueryRunner(manager);
  const scope = own ? scopeOfRunner(dataSource, own) : currentScope(dataSource);
  if (!scope && (own || !sqliteConnectionOf(dataSource))) return undefined;
  scope?.assertOpen();
  const run = () => work((currentScope(dataSource)?.transaction.runner ?? dataSource).manager);
  const unitOfWork = new UnitOfWork(dataSource);
  if (!scope) return unitOfWork.run(run, isolation === undefined ? {} : { isolation: isolation as Isolation });
  return runInScope(dataSource, scope, () => unitOfWork.run(run, { propagation: 'NESTED' }));
});

/** Prepares a data source for transactions that never mix; without effect on those that have no model class. */
function prepare(dataSource: DataSource): void {
  const hasModel = dataSource.entityMetadatas.some(
    ({ target }) => typeof target === 'function' && ownModelDefinition(target)?.table === true,
  );
  if (!hasModel) return;
  const exact = dataSource.entityMetadatas.some(({ columns }) =>
    columns.some((column) => fieldOfColumn(column)?.spec.name === 'Int64'),
  );
  shareSqliteConnection(dataSource, exact);
}

afterEntityMetadata(prepare);
