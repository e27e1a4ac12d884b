import type { EntityMetadata } from 'typeorm';
import type { NamedTables } from './named-tables.js';

type Relation = EntityMetadata['relations'][number];
type Column = EntityMetadata['columns'][number];

/**
 * The relations whose rows a repeated query reads one owner at a time: relations of tables that were read before
 * it, the nearest first.
 *
 * @param readBefore names of tables in lower case, the one that was read last first
 */
export function relationsBehind(
  query: NamedTables,
  metadatas: readonly EntityMetadata[],
  readBefore: readonly string[],
): Relation[] {
  const found = new Map<string, Relation>();
  for (const table of readBefore) {
    for (const owner of metadatas) {
      if (owner.isJunction || !isTable(owner, table)) continue;
      for (const relation of owner.relations) {
        const name = `${table}.${relation.propertyPath}`;
        if (!found.has(name) && isLoadedBy(relation, owner, query)) found.set(name, relation);
      }
    }
  }
  return [...found.values()];
}

/** Whether metadata describes the rows of a table, named in lower case. Parents and children may share one. */
export function isTable(metadata: EntityMetadata, table: string): boolean {
  return metadata.tableName.toLowerCase() === table;
}

/** Whether a query reads the targets of a relation for one owner, and nothing but them. */
function isLoadedBy(relation: Relation, owner: EntityMetadata, { main, tables, ...query }: NamedTables): boolean {
  const target = relation.inverseEntityMetadata;
  if (!main || !query.comparedWith || !isTable(target, main.table)) return false;
  if (query.isLimited && (relation.isOneToMany || relation.isManyToMany)) return false;
  const discriminator = target.discriminatorColumn?.databaseName.toLowerCase();
  const compared = query.comparedWith.filter(({ alias, column }) => alias !== main.alias || column !== discriminator);
  const isComparedWith = (table: string, columns: readonly (Column | undefined)[]): boolean => {
    const aliases = tables.filter((named) => named.table === table.toLowerCase()).map(({ alias }) => alias);
    const names = new Set(columns.map((column) => column?.databaseName.toLowerCase()));
    return (
      compared.length > 0 &&
      compared.every(({ alias, column }) => aliases.includes(alias) && names.has(column)) &&
      names.size === new Set(compared.map(({ column }) => column)).size
    );
  };
  if (keysOf(relation).some(([table, columns]) => isComparedWith(table, columns))) return true;
  // `find({ where: { books: { id } } })` and lazy relations join the owner instead.
  return (
    tables.length > 1 && owner.tableName !== target.tableName && isComparedWith(owner.tableName, owner.primaryColumns)
  );
}

/** The columns by which one owner's targets are found, each with its table. */
function keysOf(relation: Relation): (readonly [table: string, columns: readonly (Column | undefined)[]])[] {
  const { junctionEntityMetadata: junction, inverseEntityMetadata: target, inverseRelation } = relation;
  if (junction) return [[junction.tableName, relation.isOwning ? junction.ownerColumns : junction.inverseColumns]];
  if (relation.isWithJoinColumn) {
    return [[target.tableName, relation.joinColumns.map(({ referencedColumn }) => referencedColumn)]];
  }
  return inverseRelation ? [[target.tableName, inverseRelation.joinColumns]] : [];
}
