import type { EntityMetadata } from 'typeorm';
import { engineOf } from '../../entity-model/index.js';
import { columnNames, foreignKeysOf, type ForeignKey } from './foreign-key.js';
import type { SchemaFault } from './schema-fault.js';

interface Column {
  readonly databaseName: string;
}

/** The families that make no index for a foreign key by themselves. InnoDB does, and of other engines nothing is known. */
const WITHOUT_INDEX: readonly string[] = ['postgres', 'sqlite'];

/**
 * Foreign keys that no index begins with. Each deleted row of the other table then reads this whole table, and so does
 * each list of the relation's other side.
 */
export function unindexedForeignKeys(metadata: EntityMetadata): SchemaFault[] {
  if (!WITHOUT_INDEX.includes(engineOf(metadata.dataSource))) return [];
  const seen = new Set<string>();
  return foreignKeysOf(metadata)
    .filter((key) => !isCovered(metadata, key))
    .filter((key) => {
      // Several relations may share the columns: one index serves them all.
      const names = columnNames(key);
      if (seen.has(names)) return false;
      seen.add(names);
      return true;
    })
    .map((key) => fault(metadata, key));
}

function isCovered(metadata: EntityMetadata, { key }: ForeignKey): boolean {
  const names = new Set(key.columns.map(({ databaseName }) => databaseName));
  const indexes = metadata.indices
    .filter(({ isSpatial, isFulltext, type = 'btree' }) => !isSpatial && !isFulltext && isForEquality(type))
    .filter(({ where }) => where === undefined || where === '' || isOnlyForPresence(where, names))
    .map(({ columns }) => columns);
  const uniques = metadata.uniques.map(({ columns }) => columns);
  return [...indexes, ...uniques, metadata.primaryColumns].some((columns) => beginsWith(columns, names));
}

/** Any order of the columns serves an equality of all of them. */
function beginsWith(columns: readonly Column[], names: ReadonlySet<string>): boolean {
  return (
    columns.length >= names.size && columns.slice(0, names.size).every(({ databaseName }) => names.has(databaseName))
  );
}

function isForEquality(type: string): boolean {
  return ['btree', 'hash'].includes(type.toLowerCase());
}

/** A partial index serves a look-up by key only where it leaves out nothing but absent keys. */
function isOnlyForPresence(where: string, names: ReadonlySet<string>): boolean {
  return where.split(/\sAND\s/i).every((condition) => {
    const [, name] = /^[\s("]*(?:[\w"]+\.)?"?(\w+)"?\s+IS\s+NOT\s+NULL[\s)]*$/i.exec(condition) ?? [];
    return name !== undefined && names.has(name);
  });
}

function fault(metadata: EntityMetadata, foreignKey: ForeignKey): SchemaFault {
  const { key, place } = foreignKey;
  const names = columnNames(foreignKey);
  const target = key.referencedEntityMetadata.name;
  const isPartial = metadata.indices.some(
    ({ where, columns }) =>
      where !== undefined && beginsWith(columns, new Set(key.columns.map(({ databaseName }) => databaseName))),
  );
  return {
    severity: 'warning',
    place,
    message: `No index begins with the foreign key ${names} of ${metadata.name}${isPartial ? ', apart from a partial one, which the database cannot use to check the key' : ''}: each deleted ${target} reads the whole table ${metadata.tableName}, and so does each query for what belongs to one ${target}.`,
    fix: `Add an index: ${fixFor(metadata, foreignKey)}.`,
  };
}

function fixFor(metadata: EntityMetadata, { key, place }: ForeignKey): string {
  if (key.columns.length > 1) {
    const list = key.columns.map(({ propertyPath }) => `'${propertyPath}'`).join(', ');
    return `@Index([${list}]) on ${metadata.name}`;
  }
  const [{ isVirtual, propertyPath }] = key.columns;
  return isVirtual
    ? `@Index() on ${place}`
    : `index: true in the field type of ${propertyPath}, or @Index() on ${place}`;
}
