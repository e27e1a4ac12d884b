import type { DataSource, EntityMetadata } from 'typeorm';
import type { CachedModel } from './cached-model.js';
import { tableName } from './cached-model.js';

/** A table whose writes concern the cache. */
export interface KnownTable {
  readonly name: string;
  /** How statements call it, without a schema, in lower case. */
  readonly plainName: string;
  /** The cached models that live in it. */
  readonly models: readonly CachedModel[];
  /** The tables of cached models whose rows may change by themselves when rows of this one are deleted. */
  readonly onDelete: ReadonlySet<KnownTable>;
  /** The same when these columns of its rows change. */
  readonly onKeyChange: readonly { readonly column: string; readonly tables: ReadonlySet<KnownTable> }[];
  /** The same when it is truncated together with all tables that point at it. */
  readonly onTruncate: ReadonlySet<KnownTable>;
}

interface ForeignKey {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

const LEAVES_ROWS = ['NO ACTION', 'RESTRICT', ''];

/**
 * The tables whose writes concern the cache, by their plain names: those of cached models, and those from which the
 * database's own cascades lead there. Two schemas may have tables of one name.
 */
export function knownTables(dataSource: DataSource, models: readonly CachedModel[]): Map<string, KnownTable[]> {
  const foreignKeys = dataSource.entityMetadatas.flatMap(foreignKeysOf);
  const tables = new Map<string, KnownTable & { onDelete: Set<KnownTable>; onTruncate: Set<KnownTable> }>();
  for (const metadata of dataSource.entityMetadatas) {
    const name = tableName(metadata);
    if (tables.has(name) || metadata.tableType === 'view') continue;
    tables.set(name, {
      name,
      plainName: metadata.tableName.toLowerCase(),
      models: models.filter((model) => model.table === name),
      onDelete: new Set(),
      onKeyChange: [],
      onTruncate: new Set(),
    });
  }
  for (const table of tables.values()) {
    const reach = (names: Iterable<string>): Set<KnownTable> =>
      new Set([...names].flatMap((name) => tables.get(name) ?? []).filter((each) => each.models.length > 0));
    for (const each of reach(behindDelete(table.name, foreignKeys))) table.onDelete.add(each);
    for (const each of reach(behind(table.name, foreignKeys))) table.onTruncate.add(each);
    for (const key of foreignKeys.filter(({ to, onUpdate }) => to === table.name && !LEAVES_ROWS.includes(onUpdate))) {
      const names = [
        key.from,
        ...behind(
          key.from,
          foreignKeys.filter(({ onUpdate }) => !LEAVES_ROWS.includes(onUpdate)),
        ),
      ];
      for (const column of key.columns) {
        (table.onKeyChange as { column: string; tables: ReadonlySet<KnownTable> }[]).push({
          column,
          tables: reach(names),
        });
      }
    }
  }
  const byPlainName = new Map<string, KnownTable[]>();
  for (const table of tables.values()) {
    const concerns =
      table.models.length > 0 || table.onDelete.size > 0 || table.onKeyChange.length > 0 || table.onTruncate.size > 0;
    if (concerns) byPlainName.set(table.plainName, [...(byPlainName.get(table.plainName) ?? []), table]);
  }
  return byPlainName;
}

function foreignKeysOf(metadata: EntityMetadata): ForeignKey[] {
  return metadata.foreignKeys.map((key) => ({
    from: tableName(metadata),
    to: tableName(key.referencedEntityMetadata),
    columns: key.referencedColumnNames,
    onDelete: key.onDelete ?? '',
    onUpdate: key.onUpdate ?? '',
  }));
}

/** The tables whose rows a DELETE may reach: deleted ones lead further, others only change. */
function behindDelete(table: string, foreignKeys: readonly ForeignKey[], seen = new Set<string>()): Set<string> {
  const found = new Set<string>();
  if (seen.has(table)) return found;
  seen.add(table);
  for (const { from, to, onDelete } of foreignKeys) {
    if (to !== table || LEAVES_ROWS.includes(onDelete)) continue;
    found.add(from);
    if (onDelete === 'CASCADE') for (const further of behindDelete(from, foreignKeys, seen)) found.add(further);
  }
  return found;
}

function behind(table: string, foreignKeys: readonly ForeignKey[], seen = new Set<string>()): Set<string> {
  for (const { from, to } of foreignKeys) {
    if (to !== table || seen.has(from)) continue;
    seen.add(from);
    behind(from, foreignKeys, seen);
  }
  return seen;
}
