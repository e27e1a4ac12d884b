import type { FindManyOptions, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ConfigurationError, InvalidFieldValueError, nearNames, UnknownFieldError } from '../errors/index.js';
import { loadPlan, loadRelations, queryStrictly, untracked } from '../relations/index.js';
import { cachedCount, cachedRows } from './cached-rows.js';
import { cachedModelOf } from './cached-model-of.js';
import { bothOf, branchesOf, timeBranches, type Branches } from './condition.js';
import { eagerPaths, joinAlias, LockingQuery } from './locking-query.js';
import type { ModelFacts } from './model-facts.js';
import type { Query } from './query.js';
import { endlessLimit, orderedByRelation, ordersByRelation } from './relation-order.js';
import type { QueryOptions, TableView } from './query-options.js';

type AnyOptions = QueryOptions<ObjectLiteral>;

/** Condition and options to a query: explicit options win over the table view. */
export function queryOf(facts: ModelFacts, condition: unknown, options: AnyOptions): Query {
  const { metadata } = facts;
  const view = checkedView(options.tableView ?? {});
  const filter = options.filter;
  const where = bothOf(
    bothOf(branchesOf(metadata, condition), typeof filter === 'function' ? [{}] : branchesOf(metadata, filter)),
    timeBranches(metadata, {
      createdAfter: options.createdAfter ?? view.createdAfter,
      createdBefore: options.createdBefore ?? view.createdBefore,
      updatedAfter: options.updatedAfter ?? view.updatedAfter,
      updatedBefore: options.updatedBefore ?? view.updatedBefore,
    }),
  );
  const isPage = options.tableView !== undefined;
  const offset = options.offset !== undefined ? options.offset : view.offset;
  const limit = options.limit !== undefined ? options.limit : isPage && view.limit === undefined ? 50 : view.limit;
  const order = orderOf(facts, options, isPage ? view : undefined);
  return {
    where,
    narrow: typeof filter === 'function' ? (filter as Query['narrow']) : undefined,
    join: options.join ?? [],
    order: limited(offset, limit) || Object.keys(order).length > 0 ? withTieBreak(facts, order) : order,
    offset: wholeNumber(facts, 'offset', offset, 0),
    limit: wholeNumber(facts, 'limit', limit, 1),
    load: options.load ?? [],
    addSelect: options.addSelect ?? [],
    withDeleted: options.withDeleted === true,
    lock: lockOf(options),
    noCache: options.noCache === true,
    strict: options.strict,
  };
}

/** A query for the row with a key that `primaryKeyCondition` has made: nothing of it needs another check. */
export function keyQuery(where: Branches[number], options: AnyOptions): Query {
  return {
    where: [where],
    narrow: undefined,
    join: [],
    order: {},
    offset: undefined,
    limit: undefined,
    load: options.load ?? [],
    addSelect: options.addSelect ?? [],
    withDeleted: options.withDeleted === true,
    lock: lockOf(options),
    noCache: options.noCache === true,
    strict: options.strict,
  };
}

function lockOf({ withForUpdate = false }: AnyOptions): Query['lock'] {
  if (withForUpdate === false) return undefined;
  return withForUpdate === true ? {} : withForUpdate;
}

/**
 * Reads entities: rows in order, with their locks, then their relations.
 *
 * @throws UnknownRelationError before any query
 */
export async function readRows(facts: ModelFacts, query: Query): Promise<ObjectLiteral[]> {
  const { dataSource, metadata } = facts;
  const locking = query.lock && new LockingQuery(facts, query, query.lock);
  // An OR of nothing holds for no row; TypeORM would take it for no condition.
  if (query.where.length === 0) return [];
  // Rows of the cache come without the relations that TypeORM would join.
  const isCached = cachedModelOf(facts) !== undefined;
  const eager = locking?.eager ?? (isCached ? eagerPaths(metadata) : []);
  const plan = query.load.length + eager.length === 0 ? undefined : loadPlan(metadata, [...query.load, ...eager]);
  const options = { withDeleted: query.withDeleted, keepLoaded: eager.length > 0, noCache: query.noCache };
  const read = async (): Promise<ObjectLiteral[]> => {
    // Nothing is awaited in between where nothing is cached: stacks name the caller of a statement.
    const cached = isCached ? await cachedRows(facts, query) : undefined;
    const rows = cached ?? (await fetchRows(facts, query, locking));
    if (plan) await untracked(() => loadRelations(dataSource, rows, plan, options));
    locking?.noteTargets(rows);
    return rows;
  };
  const rows = await (query.strict === undefined ? read() : queryStrictly(query.strict, read));
  return rows;
}

/** Counts the rows of a query, without its page. */
export async function countRows(facts: ModelFacts, query: Query): Promise<number> {
  const { dataSource, target } = facts;
  if (query.where.length === 0) return 0;
  const cached = cachedModelOf(facts) ? await cachedCount(facts, query) : undefined;
  if (cached !== undefined) return cached;
  const options = { where: whereOption(query), withDeleted: query.withDeleted };
  if (isPlain(query)) return dataSource.manager.count(target, options);
  return builderFor(facts, query, options).getCount();
}

function fetchRows(facts: ModelFacts, query: Query, locking: LockingQuery | undefined): Promise<ObjectLiteral[]> {
  const { dataSource, metadata, target } = facts;
  const options: FindManyOptions<ObjectLiteral> = {
    where: whereOption(query),
    order: query.order as FindManyOptions<ObjectLiteral>['order'],
    withDeleted: query.withDeleted,
    // A lock wants the row as it is, not as a query cache remembers it.
    ...(locking
      ? { cache: false, loadEagerRelations: false }
      : { skip: query.offset, take: query.limit ?? endlessLimit(facts, query) }),
  };
  const isByRelation = ordersByRelation(facts, query);
  if (isPlain(query) && query.addSelect.length === 0 && !isByRelation && !locking) {
    return dataSource.manager.find(target, options);
  }
  const join = locking?.join ?? query.join;
  const builder = isByRelation
    ? orderedByRelation(
        facts,
        query,
        builderFor(facts, query, { ...options, order: undefined, skip: undefined, take: undefined }, join),
      )
    : builderFor(facts, query, options, join);
  for (const name of query.addSelect) {
    // Not TypeORM's own look-up: it takes a relation for its foreign key.
    const column = metadata.columns.find(({ propertyPath, isVirtual }) => propertyPath === name && !isVirtual);
    if (!column) throw unknownColumn(facts, name);
    if (!column.isSelect) builder.addSelect(`${builder.alias}.${name}`);
  }
  return locking ? locking.rows(builder, isByRelation) : builder.getMany();
}

function builderFor(
  facts: ModelFacts,
  query: Query,
  options: FindManyOptions<ObjectLiteral>,
  join = query.join,
): SelectQueryBuilder<ObjectLiteral> {
  const { dataSource, metadata, target } = facts;
  const builder = dataSource.manager.createQueryBuilder(target, metadata.name).setFindOptions(options);
  loadPlan(metadata, query.join);
  const joined = new Set<string>();
  for (const path of join) {
    let parent = metadata.name;
    for (const relation of path.split('.')) {
      const alias = joinAlias(parent, relation);
      if (!joined.has(alias)) builder.innerJoin(`${parent}.${relation}`, alias);
      joined.add(alias);
      parent = alias;
    }
  }
  if (query.narrow) narrowApart(builder, query.narrow, metadata.name);
  return builder;
}

/**
 * Lets a caller's function narrow the query. Its conditions are bracketed and joined by AND, so that
 * neither its `where()` nor its `orWhere()` reaches around the condition.
 */
function narrowApart(
  builder: SelectQueryBuilder<ObjectLiteral>,
  narrow: NonNullable<Query['narrow']>,
  alias: string,
): void {
  const { expressionMap } = builder;
  const given = expressionMap.wheres;
  expressionMap.wheres = [];
  narrow(builder, alias);
  const added = expressionMap.wheres;
  const bracketed = (wheres: typeof given, type: 'simple' | 'and') =>
    wheres.length === 0 ? [] : [{ type, condition: { operator: 'brackets' as const, condition: wheres } }];
  expressionMap.wheres = [...bracketed(given, 'simple'), ...bracketed(added, 'and')];
}

function isPlain(query: Query): boolean {
  return query.narrow === undefined && query.join.length === 0;
}

function whereOption(query: Query): FindManyOptions<ObjectLiteral>['where'] {
  return query.where.length === 1 ? query.where[0] : [...query.where];
}

interface CheckedView {
  offset?: number | null;
  limit?: number | null;
  desc?: boolean;
  order?: string;
  createdAfter?: Date | null;
  createdBefore?: Date | null;
  updatedAfter?: Date | null;
  updatedBefore?: Date | null;
}

/** A table view may come from code that skipped validation, so its bounds hold here as well. */
function checkedView(view: TableView): CheckedView {
  const { limit } = view as CheckedView;
  const violations = [
    ...(typeof limit === 'number' && limit > 100
      ? [{ field: 'limit', rule: 'max', message: 'limit must not be greater than 100' }]
      : []),
  ];
  if (violations.length > 0) throw new InvalidFieldValueError('The page', violations);
  return view;
}

function orderOf(facts: ModelFacts, options: AnyOptions, view: CheckedView | undefined): Record<string, unknown> {
  const given = (options.order ?? {}) as Record<string, unknown>;
  for (const [name, direction] of Object.entries(given)) {
    const known =
      facts.metadata.findColumnWithPropertyPath(name) ??
      facts.metadata.relations.find(({ propertyPath }) => propertyPath === name) ??
      facts.metadata.embeddeds.find(({ propertyName }) => propertyName === name);
    if (!known) throw unknownColumn(facts, name);
    if (!isDirection(direction)) {
      throw new ConfigurationError(
        `The order of ${facts.name} has ${JSON.stringify(direction)} for '${name}': use 'ASC' or 'DESC'.`,
      );
    }
  }
  if (Object.keys(given).length > 0 || !view) return given;
  const column = view.order ?? 'createdAt';
  const known = facts.metadata.findColumnWithPropertyPathStrict(column);
  if (view.order !== undefined && known?.isSelect !== true) {
    throw new InvalidFieldValueError('The page', [
      { field: 'order', rule: 'isEnum', message: `order must be a column of ${facts.name}` },
    ]);
  }
  if (!known) return {};
  return { [column]: view.desc === false ? 'ASC' : 'DESC' };
}

/** `'ASC'`, `1`, `{ direction: 'ASC', nulls: 'LAST' }`, or the order of a relation or embedded object. */
function isDirection(value: unknown): boolean {
  if (typeof value === 'string') return /^(?:asc|desc)$/i.test(value);
  if (typeof value === 'number') return value === 1 || value === -1;
  return typeof value === 'object' && value !== null;
}

function limited(offset: number | null | undefined, limit: number | null | undefined): boolean {
  return typeof offset === 'number' || typeof limit === 'number';
}

/** Ends the order with the primary key, in the direction of the last column, so that it is total. */
function withTieBreak(facts: ModelFacts, order: Record<string, unknown>): Record<string, unknown> {
  const last = Object.values(order).at(-1);
  const direction = typeof last === 'string' && last.toUpperCase() === 'DESC' ? 'DESC' : 'ASC';
  const total = { ...order };
  for (const { propertyName } of facts.primaryColumns) total[propertyName] ??= direction;
  return total;
}

function wholeNumber(
  facts: ModelFacts,
  name: string,
  value: number | null | undefined,
  low: number,
): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (Number.isSafeInteger(value) && value >= low) return value;
  throw new InvalidFieldValueError(`The page of ${facts.name}`, [
    { field: name, rule: 'min', message: `${name} must be an integer of ${low} or more` },
  ]);
}

function unknownColumn(facts: ModelFacts, name: string): UnknownFieldError {
  const names = facts.metadata.columns.map(({ propertyPath }) => propertyPath);
  return new UnknownFieldError(facts.name, [name], nearNames(name, names));
}
