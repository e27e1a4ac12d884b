import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { setLockClause } from '../entity-model/index.js';
import { ConfigurationError, TransactionRequiredError } from '../errors/index.js';
import { lockClause, lockedTables, noteLocked, withLockLimits, type LockDetails } from '../locking/index.js';
import { loadedTargets, loadPlan } from '../relations/index.js';
import { currentScope } from '../transactions/index.js';
import type { ModelFacts } from './model-facts.js';
import type { Query } from './query.js';
import { endlessLimit } from './relation-order.js';

type Relation = EntityMetadata['relations'][number];
type Builder = SelectQueryBuilder<ObjectLiteral>;

/**
 * A query that locks its rows. It is one statement whose LIMIT counts the model's own rows, so that a page locks the rows
 * that it gives and no others: lists are not joined to it, and eager relations are loaded afterwards.
 */
export class LockingQuery {
  /** The paths of `join` that multiply rows, where rows are counted: they become conditions. */
  readonly #conditions: readonly string[];
  /** All other paths of `join`, with those that lead to them. */
  readonly #joined: readonly string[];
  readonly #tables;
  /** Relations to load because they are eager. */
  readonly eager: readonly string[];

  /**
   * @throws TransactionRequiredError outside a transaction
   * @throws ConfigurationError for what `of` names and the query cannot lock
   */
  constructor(
    private readonly facts: ModelFacts,
    private readonly query: Query,
    private readonly details: LockDetails,
  ) {
    const { metadata } = facts;
    if (!currentScope(metadata.dataSource)) throw new TransactionRequiredError('withForUpdate');
    this.#conditions = this.#isPage ? query.join.filter((path) => relationsIn(metadata, path).some(isList)) : [];
    this.#joined = withPrefixes(query.join.filter((path) => !this.#conditions.includes(path)));
    this.#tables = lockedTables(metadata, details.of, withPrefixes(query.join));
    const lost = [...this.#tables.joined].filter((path) => !this.#joined.includes(path));
    if (lost.length > 0) {
      throw new ConfigurationError(
        `withForUpdate of ${metadata.name}: a page cannot lock the rows of ${lost.join(', ')} as well, because there may be several for each ${metadata.name}. Lock them by a query of their own, or read without limit and offset (fetch: 'all').`,
        { model: metadata.name, option: 'of', lost },
      );
    }
    this.eager = eagerPaths(metadata);
  }

  /** The paths that the query joins itself. */
  get join(): readonly string[] {
    return this.query.join.filter((path) => !this.#conditions.includes(path));
  }

  /** Completes and sends the query. */
  async rows(builder: Builder, isLimited: boolean): Promise<ObjectLiteral[]> {
    const { metadata } = this.facts;
    for (const path of this.#conditions) addCondition(builder, metadata, path, this.query.withDeleted);
    if (this.#isPage && !isLimited) this.#limit(builder);
    const clause = lockClause({
      metadata,
      details: this.details,
      tables: this.#tables,
      joined: this.#joined,
      alias: (path) => builder.escape(path === '' ? builder.alias : joinAlias(metadata.name, path)),
    });
    if (clause !== undefined) setLockClause(builder, clause);
    const rows = await withLockLimits(metadata, this.details, () => builder.getMany());
    if (this.#tables.own) noteLocked(metadata, rows);
    return rows;
  }

  /** Notes what is locked behind loaded to-one relations: no other row can have come to its place. */
  noteTargets(rows: readonly ObjectLiteral[]): void {
    const { own, joined } = this.#tables;
    if (!own) return;
    for (const path of joined) {
      const relations = relationsIn(this.facts.metadata, path);
      if (relations.some(isList) || !withPrefixes([path]).every((prefix) => joined.has(prefix))) continue;
      const targets = relations.reduce<readonly object[]>(loadedTargets, rows);
      const target = relations.at(-1)?.inverseEntityMetadata;
      if (target && targets.length > 0) noteLocked(target, targets);
    }
  }

  get #isPage(): boolean {
    return this.query.limit !== undefined || this.query.offset !== undefined;
  }

  /** TypeORM pages a query with joins by a subquery, which would lock the rows of all pages. */
  #limit(builder: Builder): void {
    const { name } = this.facts.metadata;
    const lists = builder.expressionMap.joinAttributes.filter((join) => !join.relation || join.isMany);
    if (lists.length > 0) {
      throw new ConfigurationError(
        `withForUpdate of ${name}: a page cannot be locked while its condition joins what may have several rows for each ${name} (${lists.map((join) => join.alias.name).join(', ')}). Ask by a filter function with EXISTS (…), or read without limit and offset (fetch: 'all').`,
        { model: name, option: 'withForUpdate' },
      );
    }
    builder.limit(this.query.limit ?? endlessLimit(this.facts, this.query)).offset(this.query.offset);
  }
}

/** The alias that a path of `join` has. */
export function joinAlias(model: string, path: string): string {
  return [model, ...path.split('.')].join('__join_');
}

/**
 * A further look at the same row, from which the path is joined. Not EXISTS: MariaDB would turn it into a join, sort what
 * that gives, and lock all of it.
 */
function addCondition(builder: Builder, metadata: EntityMetadata, path: string, withDeleted: boolean): void {
  const alias = joinAlias(`${builder.alias}__that`, path);
  const inner = builder.subQuery().select('1').from(metadata.target, alias);
  if (withDeleted) inner.withDeleted();
  for (const { propertyPath } of metadata.primaryColumns) {
    inner.andWhere(`${alias}.${propertyPath} = ${builder.alias}.${propertyPath}`);
  }
  let parent = alias;
  for (const relation of path.split('.')) {
    const next = `${parent}__join_${relation}`;
    inner.innerJoin(`${parent}.${relation}`, next);
    parent = next;
  }
  builder.andWhere(`${inner.limit(1).getQuery()} = 1`);
}

function relationsIn(metadata: EntityMetadata, path: string): Relation[] {
  const relations: Relation[] = [];
  for (let plan = loadPlan(metadata, [path]); plan.size > 0;) {
    const [[relation, below]] = plan;
    relations.push(relation);
    plan = below;
  }
  return relations;
}

function isList({ isOneToMany, isManyToMany }: Relation): boolean {
  return isOneToMany || isManyToMany;
}

function withPrefixes(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const names = path.split('.');
    return names.map((_, index) => names.slice(0, index + 1).join('.'));
  });
  return [...new Set(all)];
}

/** What TypeORM would join by itself, down to classes that lead back. */
export function eagerPaths(metadata: EntityMetadata, above: readonly EntityMetadata[] = []): string[] {
  if (above.includes(metadata)) return [];
  return metadata.eagerRelations.flatMap(({ propertyPath, inverseEntityMetadata }) => [
    propertyPath,
    ...eagerPaths(inverseEntityMetadata, [...above, metadata]).map((below) => `${propertyPath}.${below}`),
  ]);
}
