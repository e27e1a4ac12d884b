import type { DataSource, DeepPartial, ObjectLiteral, Repository } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { ConfigurationError, MultipleRecordsFoundError, RecordNotFoundError } from '../errors/index.js';
import { ListResponse } from '../pagination/index.js';
import { oneCall, requiredRelations, type LoadList, type LoadResult, type WrittenResult } from '../relations/index.js';
import { cachedModelOf } from './cached-model-of.js';
import { checkOptions, LOADING, MERGING, NARROWING, QUERY } from './check-options.js';
import { entityAtHand } from './cached-rows.js';
import { readByKey } from './read-by-key.js';
import { markRows } from './mark-rows.js';
import type { MethodName } from './method-name.js';
import { modelFacts, type EntityClass, type ModelFacts } from './model-facts.js';
import { preloadRows } from './preload-rows.js';
import { primaryKeyCondition, type PrimaryKey } from './primary-key.js';
import type {
  Condition,
  Fetched,
  FetchMode,
  GetExistOneOptions,
  GetOneOptions,
  GetOptions,
  NarrowingOptions,
  QueryOptions,
  SaveOptions,
  StreamOptions,
  UpdateOptions,
  UpsertOptions,
} from './query-options.js';
import { countRows, keyQuery, queryOf, readRows } from './read-rows.js';
import { removeRows, removeWhere } from './remove-rows.js';
import { streamRows } from './stream-rows.js';
import { patchRow } from './patch-row.js';
import { upsertRows } from './upsert-rows.js';
import { addRows, saveRows } from './write-rows.js';

/** Values of a new row: columns and relations of the model, all optional for the compiler, checked at run time. */
export type NewRow<Model> = DeepPartial<Model> | Partial<{ [Key in keyof Model]: Model[Key] | null }>;

/** Values of a patch. A data class fits as it is; keys that the model does not have are refused at run time. */
export type Patch<Model> = { readonly [Key in keyof Model]?: Model[Key] | null } | object;

/**
 * Reads and writes the rows of one model. Takes part in the current unit of work. Everything that TypeORM
 * offers beyond it is at `.typeorm`.
 */
export class ModelRepository<Model extends Branded & ObjectLiteral> {
  readonly #facts: ModelFacts;

  /**
   * @throws ConfigurationError when the data source does not know the model
   */
  constructor(
    readonly model: EntityClass<Model>,
    readonly dataSource: DataSource,
  ) {
    this.#facts = modelFacts(dataSource, model);
  }

  /** The plain TypeORM repository of the model; takes part in the current unit of work as well. */
  get typeorm(): Repository<Model> {
    return this.dataSource.getRepository<Model>(this.model);
  }

  /**
   * Inserts one row or many, all or none. Ids, defaults and timestamps are filled in; every value is
   * checked before anything is written; large lists go in as few statements as the database allows.
   *
   * @returns the new entity, or entities in the order of the input
   * @throws InvalidFieldValueError, UnknownFieldError, ConflictingRelationError before anything is written
   */
  add(row: NewRow<Model>): Promise<Model>;
  add(rows: readonly NewRow<Model>[]): Promise<Model[]>;
  async add(input: NewRow<Model> | readonly NewRow<Model>[]): Promise<Model | Model[]> {
    const inputs = Array.isArray(input) ? (input as unknown[]) : [input];
    const rows = await oneCall('writes once')(() => addRows(this.#facts, inputs));
    return (Array.isArray(input) ? rows : rows[0]) as Model | Model[];
  }

  /**
   * Writes an entity or several, all or none: loaded entities by one UPDATE of the columns that changed
   * (none when nothing changed), new ones by an INSERT. Generated values arrive in the entity that was
   * passed, which is also what comes back. Loaded relations stay, except a to-one whose key changed.
   *
   * @throws NotAnEntityError for a DTO or plain object
   * @throws RecordNotFoundError when the row is gone
   * @throws InvalidFieldValueError before anything is written
   */
  save<Entity extends Model, const Load extends LoadList<Model> = readonly []>(
    entity: Entity,
    options?: SaveOptions<Model, Load>,
  ): Promise<WrittenResult<Entity, Load>>;
  save<Entity extends Model, const Load extends LoadList<Model> = readonly []>(
    entities: readonly Entity[],
    options?: SaveOptions<Model, Load>,
  ): Promise<WrittenResult<Entity, Load>[]>;
  async save(input: Model | readonly Model[], options: SaveOptions<Model> = {}): Promise<unknown> {
    checkOptions('save()', options, ['load', 'refresh', ...MERGING]);
    const entities = Array.isArray(input) ? (input as unknown[]) : [input];
    await oneCall('writes once')(() => saveRows(this.#facts, entities, options as SaveOptions<ObjectLiteral>));
    return input;
  }

  /**
   * Writes a patch onto an entity, as PATCH means it: fields that are undefined stay as they are. Returns
   * the entity that was passed; when anything fails it has its old values.
   *
   * @throws UnknownFieldError for keys that the model does not have
   * @throws ProtectedFieldError for the primary key, timestamps, generated columns and relations
   * @throws InvalidFieldValueError for values that break a rule
   */
  async update<Entity extends Model, const Load extends LoadList<Model> = readonly []>(
    entity: Entity,
    patch: Patch<Model> | ((current: Entity) => Patch<Model> | Promise<Patch<Model>>),
    options: UpdateOptions<Model, Load> = {},
  ): Promise<WrittenResult<Entity, Load>> {
    checkOptions('update()', options, ['load', 'refresh', 'exclude', 'extra', ...MERGING]);
    const checked = options as UpdateOptions<ObjectLiteral>;
    await oneCall('writes once')(() => patchRow(this.#facts, entity, patch, checked));
    return entity as WrittenResult<Entity, Load>;
  }

  /**
   * Inserts rows, and changes those that are there already by the unique key that `conflict` names, all or none. Only
   * what a row gives is changed, and `updatedAt`; a version moves without being compared. The entities hold what the
   * database holds afterwards.
   *
   * @returns the entity, or the entities in the order of the input
   * @throws ConfigurationError when no unique key has just these columns, for entities that were read, and for lists
   * @throws InvalidFieldValueError before anything is written; also for two rows of one key
   */
  upsert(row: NewRow<Model>, options: UpsertOptions<Model>): Promise<Model>;
  upsert(rows: readonly NewRow<Model>[], options: UpsertOptions<Model>): Promise<Model[]>;
  async upsert(
    input: NewRow<Model> | readonly NewRow<Model>[],
    options: UpsertOptions<Model>,
  ): Promise<Model | Model[]> {
    checkOptions('upsert()', options, ['conflict']);
    const inputs = Array.isArray(input) ? (input as unknown[]) : [input];
    const rows = await oneCall('writes once')(() => upsertRows(this.#facts, inputs, options.conflict));
    return (Array.isArray(input) ? rows : rows[0]) as Model | Model[];
  }

  /**
   * Deletes the rows of an entity or several, all or none.
   *
   * @returns number of rows deleted; rows that were gone already do not count
   */
  async delete(input: Model | readonly Model[]): Promise<number> {
    const entities = Array.isArray(input) ? (input as unknown[]) : [input];
    return oneCall('writes once')(() => removeRows(this.#facts, entities));
  }

  /**
   * Marks the rows of an entity or several as deleted, all or none: reads leave them out from now on, unless they ask
   * with `withDeleted`. Listeners and cascades run as TypeORM runs them; versions are compared and move.
   *
   * @returns what was passed
   * @throws ConfigurationError for a model without a `@DeleteDateColumn()`
   * @throws OptimisticLockError when a row has another version
   */
  softDelete<Entities extends Model | readonly Model[]>(entities: Entities): Promise<Entities> {
    return this.#mark('softDelete', entities);
  }

  /** Takes `softDelete()` back, in the same way. */
  restore<Entities extends Model | readonly Model[]>(entities: Entities): Promise<Entities> {
    return this.#mark('restore', entities);
  }

  async #mark<Entities extends Model | readonly Model[]>(
    operation: 'softDelete' | 'restore',
    entities: Entities,
  ): Promise<Entities> {
    const given = Array.isArray(entities) ? (entities as unknown[]) : [entities];
    await oneCall('writes once')(() => markRows(this.#facts, operation, given));
    return entities;
  }

  /**
   * Deletes the rows that match. Soft-deleted rows stay unless `withDeleted`.
   *
   * @returns number of rows deleted
   * @throws EmptyConditionError when the condition would match every row
   */
  async deleteWhere(condition: Condition<Model>, options: { readonly withDeleted?: boolean } = {}): Promise<number> {
    checkOptions('deleteWhere()', options, ['withDeleted']);
    return oneCall('writes once')(() => removeWhere(this.#facts, condition, options.withDeleted === true));
  }

  /**
   * Reads by a condition. `fetch` decides the result: the first row or null (default), the only row
   * (`'one'`), or all rows (`'all'`).
   *
   * @throws RecordNotFoundError, MultipleRecordsFoundError with `fetch: 'one'`
   * @throws UnknownFieldError, UnknownRelationError, ConfigurationError before any query
   */
  async get<const Load extends LoadList<Model> = readonly [], const Fetch extends FetchMode = 'first'>(
    condition?: Condition<Model>,
    options: GetOptions<Model, Load, Fetch> = {},
  ): Promise<Fetched<LoadResult<Model, Load>, Fetch>> {
    return (await this.#get(condition, options)) as Fetched<LoadResult<Model, Load>, Fetch>;
  }

  async #get(condition: Condition<Model> | undefined, options: GetOptions<Model>): Promise<Model | Model[] | null> {
    checkOptions('get()', options, [...QUERY, 'fetch']);
    const { fetch = 'first', ...rest } = options;
    const query = queryOf(this.#facts, condition, rest);
    switch (fetch) {
      case 'all':
        return (await readRows(this.#facts, query)) as Model[];
      case 'first':
        return ((await readRows(this.#facts, { ...query, limit: 1 })).at(0) as Model | undefined) ?? null;
      case 'one': {
        const rows = await readRows(this.#facts, { ...query, limit: 2 });
        if (rows.length === 0) throw new RecordNotFoundError(this.#facts.name);
        if (rows.length > 1) throw new MultipleRecordsFoundError(this.#facts.name);
        return rows[0] as Model;
      }
      default:
        throw new ConfigurationError(`get(): fetch must be 'first', 'one' or 'all', but is '${String(fetch)}'.`);
    }
  }

  /** The row with a primary key, or null. A malformed key is a row that does not exist. */
  async getOne<const Load extends LoadList<Model> = readonly []>(
    id: PrimaryKey,
    options: GetOneOptions<Model, Load> = {},
  ): Promise<LoadResult<Model, Load> | null> {
    const isPlain = isEmpty(options);
    const atHand = isPlain ? entityAtHand(this.#facts, id) : undefined;
    const hit = atHand instanceof Promise ? await atHand : atHand;
    if (hit) return hit as LoadResult<Model, Load>;
    checkOptions('getOne()', options, [...LOADING, 'withForUpdate', 'withDeleted']);
    const where = primaryKeyCondition(this.#facts, id);
    if (!where) return null;
    if (isPlain) {
      const entity = await readByKey(this.#facts, where);
      if (entity !== undefined) return entity as LoadResult<Model, Load> | null;
    }
    const query = keyQuery(where, options);
    return ((await readRows(this.#facts, query)).at(0) as LoadResult<Model, Load> | undefined) ?? null;
  }

  /**
   * The row with a primary key.
   *
   * @throws RecordNotFoundError, answered as 404 with the caller's `detail`
   */
  async getExistOne<const Load extends LoadList<Model> = readonly []>(
    id: PrimaryKey,
    options: GetExistOneOptions<Model, Load> = {},
  ): Promise<LoadResult<Model, Load>> {
    const { detail, ...rest } = options;
    const row = await this.getOne(id, rest);
    if (!row) throw new RecordNotFoundError(this.#facts.name, detail, { id });
    return row;
  }

  /** Number of rows that match. */
  async count(condition?: Condition<Model>, options: NarrowingOptions<Model> = {}): Promise<number> {
    checkOptions('count()', options, NARROWING);
    return countRows(this.#facts, queryOf(this.#facts, condition, options));
  }

  /** One page of rows, and how many rows match on all pages. */
  async getWithCount<const Load extends LoadList<Model> = readonly []>(
    condition?: Condition<Model>,
    options: QueryOptions<Model, Load> = {},
  ): Promise<ListResponse<LoadResult<Model, Load>>> {
    checkOptions('getWithCount()', options, QUERY);
    const query = queryOf(this.#facts, condition, options);
    const items = (await readRows(this.#facts, query)) as LoadResult<Model, Load>[];
    const offset = query.offset ?? 0;
    // A page that is not full, and not behind the end, tells how many rows there are.
    const isLast = query.limit === undefined ? offset === 0 || items.length > 0 : items.length < query.limit;
    const count =
      isLast && (items.length > 0 || offset === 0) ? offset + items.length : await countRows(this.#facts, query);
    return new ListResponse(items, count);
  }

  /**
   * Reads any number of rows in bounded memory: `batchSize` rows at a time, in the order of the primary
   * key. Every row is seen at most once; rows written meanwhile may be seen or not.
   */
  stream<const Load extends LoadList<Model> = readonly []>(
    condition?: Condition<Model>,
    options: StreamOptions<Model, Load> = {},
  ): AsyncGenerator<LoadResult<Model, Load>, void, undefined> {
    const narrowing = NARROWING.filter((name) => name !== 'tableView');
    checkOptions('stream()', options, [...narrowing, ...LOADING, 'batchSize', 'direction']);
    const rows = streamRows(this.#facts, condition, options);
    return rows as AsyncGenerator<LoadResult<Model, Load>, void, undefined>;
  }

  /**
   * Makes what is cached of one row unreachable, and of all lists: for a change that this library cannot see. Inside a
   * unit of work at its end again. Without effect on a model without `cacheTtl`.
   */
  async invalidateById(id: PrimaryKey): Promise<void> {
    const cached = cachedModelOf(this.#facts);
    const key = cached && primaryKeyCondition(this.#facts, id);
    const row = key && cached.model.identityOf(key);
    if (row) await cached.cache.invalidate(this.#facts.metadata, [row]);
  }

  /** Makes everything that is cached of the model unreachable, at once whatever the number of rows. */
  async invalidateAll(): Promise<void> {
    await cachedModelOf(this.#facts)?.cache.invalidate(this.#facts.metadata);
  }

  /**
   * The relations that methods of the model need by `@RequiresRelations()`, each once. None for methods without it,
   * and none for names that are no methods.
   */
  relationsFor(...methods: readonly (MethodName<Model> | (string & {}))[]): readonly string[] {
    return requiredRelations(this.model, methods);
  }

  /**
   * Loads what these methods of an entity, or of several, need and is not loaded yet: one query for each relation.
   *
   * @returns what was passed
   * @throws RelationNotLoadedError for an entity without a row that has not been given the relation
   * @throws NotAnEntityError for anything that is no entity of the model
   */
  preloadFor<Entity extends Model>(
    entity: Entity,
    method: MethodName<Model> | MethodName<Entity>,
    ...more: readonly (MethodName<Model> | MethodName<Entity>)[]
  ): Promise<Entity>;
  preloadFor<Entities extends readonly Model[]>(
    entities: Entities,
    method: MethodName<Model> | MethodName<Entities[number]>,
    ...more: readonly (MethodName<Model> | MethodName<Entities[number]>)[]
  ): Promise<Entities>;
  async preloadFor(input: Model | readonly Model[], ...methods: readonly string[]): Promise<Model | readonly Model[]> {
    await preloadRows(this.#facts, Array.isArray(input) ? (input as unknown[]) : [input], methods);
    return input;
  }
}

function isEmpty(options: object): boolean {
  for (const name in options) return name === '';
  return true;
}
