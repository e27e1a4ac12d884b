import type { FindManyOptions, ObjectLiteral } from 'typeorm';
import {
  branchesText,
  BYPASS,
  NoNormalForm,
  orderText,
  type BypassReason,
  type CacheEvent,
  type MaybePromise,
  type RawRow,
} from '../cache/index.js';
import { cachedModelOf, type Cached } from './cached-model-of.js';
import { isNested, reachesRelations } from './condition.js';
import { rawRowsByKey } from './key-lookup.js';
import { broadcastLoad, listensToLoads } from './listeners.js';
import type { ModelFacts } from './model-facts.js';
import type { Query } from './query.js';
import { endlessLimit } from './relation-order.js';
import { runStatement } from './run-statement.js';

/**
 * The entities of a query from the cache, without their relations; what is missing there is read from the primary
 * database and stored. Undefined: the query is none for the cache.
 */
export async function cachedRows(facts: ModelFacts, query: Query): Promise<ObjectLiteral[] | undefined> {
  const cached = cachedModelOf(facts);
  if (!cached) return undefined;
  const { cache, model } = cached;
  const id = idOf(facts, cached, query);
  const text = normalForm(facts, cached, query, id === undefined ? 'query' : 'row');
  if (text === undefined) return undefined;
  const found = await (id === undefined
    ? cache.readRows(model, `${text} ${pageText(query)}`, () => rawRows(facts, query))
    : cachedRow(facts, cached, id, query.where[0]));
  // A replica may not have yet what the cache would not give.
  const rows = found === BYPASS ? await rawRows(facts, query) : found;
  const entities = model.hydrate(Array.isArray(rows) ? rows : rows === null ? [] : [rows]);
  await broadcastLoad(facts, entities);
  return entities;
}

/**
 * The entity of a row that is cached, on the shortest way from its key, as the row has it; undefined, now or later: ask in
 * the other way.
 */
export function entityAtHand(
  facts: ModelFacts,
  key: unknown,
): ObjectLiteral | Promise<ObjectLiteral | undefined> | undefined {
  const cached = cachedModelOf(facts);
  if (!cached || (typeof key !== 'string' && typeof key !== 'number')) return undefined;
  if (facts.primaryColumns.length > 1 || facts.metadata.eagerRelations.length > 0 || listensToLoads(facts)) {
    return undefined;
  }
  const { cache, model } = cached;
  return cache.entityInMemory(model, key) ?? cache.entityInStore(model, key);
}

/** The number of rows of a query from the cache; undefined as with `cachedRows`. */
export async function cachedCount(facts: ModelFacts, query: Query): Promise<number | undefined> {
  const cached = cachedModelOf(facts);
  if (!cached) return undefined;
  const text = normalForm(facts, cached, query, 'count');
  if (text === undefined) return undefined;
  const count = await cached.cache.readCount(cached.model, text, () => countOf(facts, query));
  return count === BYPASS ? countOf(facts, query) : count;
}

/** One row by its key, as `primaryKeyCondition` has made it: none or one. */
export function cachedRow(
  facts: ModelFacts,
  { cache, model }: Cached,
  id: string,
  key: Readonly<Record<string, unknown>>,
): MaybePromise<RawRow | null | typeof BYPASS> {
  return cache.readRow(model, id, async () => (await rawRowsByKey(facts, key)).at(0) ?? null);
}

/** The normal form of what a query looks for; undefined: it goes past the cache, which is told why. */
function normalForm(
  facts: ModelFacts,
  { cache, model }: Cached,
  query: Query,
  kind: CacheEvent['kind'],
): string | undefined {
  const past = (reason: BypassReason): undefined => {
    cache.bypass(model, kind, reason);
  };
  if (query.noCache) return past('noCache');
  if (query.lock) return past('lock');
  if (query.narrow || query.addSelect.length > 0) return past('custom');
  if (query.join.length > 0 || reachesRelations(facts.metadata, query.where) || ordersByRelations(facts, query)) {
    return past('join');
  }
  if (kind === 'row') return '';
  try {
    return `${query.withDeleted ? 'd' : ''}${branchesText(query.where, isNested)}`;
  } catch (error) {
    if (error instanceof NoNormalForm) return past('custom');
    throw error;
  }
}

function pageText({ order, offset, limit }: Query): string {
  return `${orderText(order)} ${offset ?? 0} ${limit ?? ''}`;
}

function ordersByRelations({ metadata }: ModelFacts, { order }: Query): boolean {
  return Object.keys(order).some((name) => metadata.relations.some(({ propertyPath }) => propertyPath === name));
}

/** The id of the one row that a query can give, where its condition is just a primary key. */
function idOf({ primaryColumns }: ModelFacts, { model }: Cached, query: Query): string | undefined {
  if (query.where.length !== 1 || query.withDeleted || (query.offset ?? 0) > 0) return undefined;
  const [where] = query.where;
  if (Object.keys(where).length !== primaryColumns.length) return undefined;
  const values: unknown[] = [];
  for (const { propertyPath } of primaryColumns) {
    const value: unknown = where[propertyPath];
    const isValue = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
    if (!isValue) return undefined;
    values.push(value);
  }
  return model.id(values);
}

/** The rows as the driver gives them, from the primary server. Relations that TypeORM would join are loaded afterwards. */
async function rawRows(facts: ModelFacts, query: Query): Promise<RawRow[]> {
  const { dataSource, metadata, target } = facts;
  const options: FindManyOptions<ObjectLiteral> = {
    where: [...query.where],
    order: query.order as FindManyOptions<ObjectLiteral>['order'],
    withDeleted: query.withDeleted,
    loadEagerRelations: false,
    skip: query.offset,
    take: query.limit ?? endlessLimit(facts, query),
  };
  const builder = dataSource.manager.createQueryBuilder(target, metadata.name).setFindOptions(options);
  const [sql, parameters] = builder.getQueryAndParameters();
  return [...(await runStatement(dataSource, { sql, parameters })).rows];
}

async function countOf(facts: ModelFacts, query: Query): Promise<number> {
  const { dataSource, metadata, target } = facts;
  const options = { where: [...query.where], withDeleted: query.withDeleted, loadEagerRelations: false };
  const builder = dataSource.manager
    .createQueryBuilder(target, metadata.name)
    .setFindOptions(options)
    .select('COUNT(1)', 'number_of_rows');
  const [sql, parameters] = builder.getQueryAndParameters();
  const { rows } = await runStatement(dataSource, { sql, parameters });
  return Number(rows[0].number_of_rows);
}
