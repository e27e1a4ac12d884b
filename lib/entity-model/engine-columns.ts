import { getMetadataArgsStorage, type ColumnOptions, type DataSource, type EntityMetadata } from 'typeorm';
import { declarationOfColumn, lineage, type Engine, type FieldDeclaration } from '../field-types/index.js';
import { engineOf } from './engine-of.js';
import { addCheck, afterEntityMetadata } from './typeorm-internals.js';

type Column = EntityMetadata['columns'][number];

/**
 * Gives every column of a field type the exact type of this database, and adds the checks that the
 * database makes itself. Columns that point at such columns (foreign keys, junction tables) follow.
 */
export function applyEngineColumns(dataSource: DataSource): void {
  const engine = engineOf(dataSource);
  for (const metadata of dataSource.entityMetadatas) {
    for (const column of metadata.columns) {
      const field = fieldOfColumn(column);
      if (!field?.spec.column) continue;
      Object.assign(column, withTextLength(field.spec.column.byEngine?.(engine) ?? {}));
      if (engine === 'mysql') useMilliseconds(column);
      if (typeof column.default === 'string') column.default = sqlText(column.default, engine);
      // TypeORM rounds number defaults to the column's scale there, and a double has none.
      if (engine === 'mysql' && typeof column.default === 'number') column.default = String(column.default);
      const expression = field.spec.column.check?.(dataSource.driver.escape(column.databaseName), engine);
      if (expression !== undefined) addCheck(metadata, expression);
    }
  }
  for (const metadata of dataSource.entityMetadatas) {
    for (const column of metadata.columns) {
      const origin = originOf(column);
      if (origin && fieldOfColumn(origin) && !fieldOfColumn(column)) copyType(origin, column);
    }
  }
}

const known = new WeakMap<Column, FieldDeclaration | undefined>();

/** The field type that declared a column, or undefined for columns that somebody else declared. */
export function fieldOfColumn(column: Column): FieldDeclaration | undefined {
  if (!known.has(column)) rememberFields(column.entityMetadata);
  return known.get(column);
}

/** All columns of an entity at once: TypeORM looks through the columns of every class for each answer. */
function rememberFields(metadata: EntityMetadata): void {
  const byOwner = new Map<Function, Map<string, ColumnOptions>>();
  for (const column of metadata.columns) {
    const owner = column.embeddedMetadata ? column.embeddedMetadata.type : metadata.target;
    if (column.isVirtual || typeof owner !== 'function') {
      known.set(column, undefined);
      continue;
    }
    let columns = byOwner.get(owner);
    if (!columns) byOwner.set(owner, (columns = columnsOf(owner)));
    const options = columns.get(column.propertyName);
    known.set(column, options && declarationOfColumn(options));
  }
}

function columnsOf(owner: Function): Map<string, ColumnOptions> {
  const columns = getMetadataArgsStorage().filterColumns(lineage(owner).reverse());
  return new Map(columns.map((args) => [args.propertyName, args.options]));
}

function withTextLength(options: ColumnOptions): object {
  return options.length === undefined ? options : { ...options, length: String(options.length) };
}

/** MariaDB wants the default of a timestamp with the precision of its column. */
function useMilliseconds(column: Column): void {
  if (column.isCreateDate || column.isUpdateDate) column.default = () => 'CURRENT_TIMESTAMP(3)';
  if (column.isUpdateDate) column.onUpdate = 'CURRENT_TIMESTAMP(3)';
}

/** TypeORM puts a default between quotes as it is. */
function sqlText(text: string, engine: Engine): string {
  const quoted = text.replaceAll("'", "''");
  return engine === 'mysql' ? quoted.replaceAll('\\', '\\\\') : quoted;
}

function originOf(column: Column): Column | undefined {
  let origin = column.referencedColumn;
  while (origin?.referencedColumn) origin = origin.referencedColumn;
  return origin;
}

function copyType(from: Column, to: Column): void {
  to.type = from.type;
  to.length = from.length;
  to.precision = from.precision;
  to.scale = from.scale;
  if (from.enum) to.enum = from.enum;
}

afterEntityMetadata(applyEngineColumns);
