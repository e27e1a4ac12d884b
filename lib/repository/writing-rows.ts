import type { DataSource, ObjectLiteral } from 'typeorm';
import { cacheOf, declareRows, declareSave, declareStatement, type RowIdentity } from '../cache/index.js';
import type { PersistedRow } from '../entity-model/index.js';
import { cachedModelOf, type Cached } from './cached-model-of.js';
import type { ModelFacts } from './model-facts.js';

/** Runs a statement that writes just the rows of these entities, and says so to the cache. */
export function writingRows<T>(facts: ModelFacts, entities: readonly ObjectLiteral[], work: () => T): T {
  if (!cacheOf(facts.dataSource)) return work();
  const cached = cachedModelOf(facts);
  const rows = cached && identitiesOf(cached, entities);
  return rows ? declareRows(cached.model.table, rows, work) : declareStatement(work);
}

/** Runs what TypeORM does to save, remove, soft-remove or recover, and says to the cache which rows it writes. */
export function savingRows<T>(rows: readonly PersistedRow[], dataSource: DataSource, work: () => T): T {
  const cache = cacheOf(dataSource);
  if (!cache) return work();
  const declared = new Map<string, RowIdentity[]>();
  const unknown = new Set<string>();
  for (const { metadata, identifier, entity } of rows) {
    const table = cache.tableOf(metadata);
    if (table === undefined) continue;
    const holder = identifier ?? entity;
    const row = holder && cache.identityOf(metadata, holder);
    // A new row has no key yet, and concerns nobody.
    if (row) declared.set(table, [...(declared.get(table) ?? []), row]);
    else if (identifier) unknown.add(table);
  }
  for (const table of unknown) declared.delete(table);
  return declareSave(declared, work);
}

/** Says to the cache that the open transaction has written the rows of these entities, and what they hold. */
export function noteOwnRows(facts: ModelFacts, entities: readonly ObjectLiteral[]): void {
  const cached = cachedModelOf(facts);
  const rows = cached && identitiesOf(cached, entities);
  if (rows) cached.cache.own(facts.metadata, rows);
}

/** Undefined: of some the key is not known yet. */
function identitiesOf({ model }: Cached, entities: readonly ObjectLiteral[]): RowIdentity[] | undefined {
  const rows: RowIdentity[] = [];
  for (const entity of entities) {
    const row = model.identityOf(entity);
    if (!row) return undefined;
    rows.push(row);
  }
  return rows;
}
