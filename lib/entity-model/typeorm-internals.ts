import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  DataSource,
  DeleteQueryBuilder,
  EntityManager,
  getMetadataArgsStorage,
  InsertQueryBuilder,
  QueryBuilder,
  Repository,
  type EntityMetadata,
  type ObjectLiteral,
  SelectQueryBuilder,
  UpdateQueryBuilder,
  type QueryRunner,
} from 'typeorm';
import { DriverUtils } from 'typeorm/driver/DriverUtils.js';
import { CheckMetadata } from 'typeorm/metadata/CheckMetadata.js';
import { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import type { ColumnMetadataArgs } from 'typeorm/metadata-args/ColumnMetadataArgs.js';
import { EntityPersistExecutor } from 'typeorm/persistence/EntityPersistExecutor.js';
import { SubjectExecutor } from 'typeorm/persistence/SubjectExecutor.js';
import type { Subject } from 'typeorm/persistence/Subject.js';
import { SoftDeleteQueryBuilder } from 'typeorm/query-builder/SoftDeleteQueryBuilder.js';
import { PlainObjectToDatabaseEntityTransformer } from 'typeorm/query-builder/transformer/PlainObjectToDatabaseEntityTransformer.js';
import { RawSqlResultsToEntityTransformer } from 'typeorm/query-builder/transformer/RawSqlResultsToEntityTransformer.js';
import { TreeRepositoryUtils } from 'typeorm/util/TreeRepositoryUtils.js';
import { ConfigurationError } from '../errors/index.js';
import { declarationOfColumn, fieldOf } from '../field-types/index.js';
import { ownProperty } from './own-property.js';
import { quietlyThroughout, quietMethod, quietMethods, quietRead } from './quiet-reads.js';
import { isUnloaded } from './unloaded-property.js';

/*
 * The only file that reaches into TypeORM. TypeORM runs `initialize()` before any provider of ours sees
 * the data source, and its command line has no container at all, so what must be known to it is patched
 * into its prototypes: once, idempotently, and without effect for data sources that have no model class.
 * Each patch says why a public way does not do. Made for TypeORM 1.1; `checkTypeOrmVersion` looks.
 */

const PATCHED = Symbol.for('nestjs-sqlmodel-ext:patched');

type Column = EntityMetadata['columns'][number];
type Relation = EntityMetadata['relations'][number];
type Raw = Record<string, unknown>;

/** The builders of statements that write; TypeORM does not export all of them. */
export const WRITING_BUILDERS: readonly object[] = [
  InsertQueryBuilder.prototype,
  UpdateQueryBuilder.prototype,
  DeleteQueryBuilder.prototype,
  SoftDeleteQueryBuilder.prototype,
];

/** What happens to every data source when its entities are known and before its schema is. */
export type DataSourceStep = (dataSource: DataSource) => void;

/** How the rows of one query, for one alias, are read. One object per query: rows share it. */
export interface RowReader {
  /** The selected columns, each with its name in the row. */
  readonly columns: readonly (readonly [name: string, column: Column])[];
  /** The relations that the same query loads by joins. */
  readonly joined: readonly Relation[];
  /** The joined relations that lead to the entity from the main one of the query, such as `author.`. */
  readonly path: string;
  /** Property paths that the query fills besides columns: by joins, mapped ones too, and by relation ids. */
  readonly filled: ReadonlySet<string>;
  /** Name in the row of a column, whether it belongs to the entity or only to the table (a foreign key). */
  nameInRow(column: Column): string;
}

/** What is known about the query that entities come from. One object per query: they share it. */
export interface QueryContext {
  /** `false`: what the query does not load may be read, and is undefined. */
  readonly strict?: boolean;
  /** Where in the application the query was made; known in development. */
  readonly readAt?: { readonly place: string | undefined };
  /** The relations whose load this query is, from the entity that the application asked for, such as `author.`. */
  readonly path?: string;
  /** The transaction of the query, where its work is repeated when it fails; lost: what was read in it is void. */
  readonly attempt?: { readonly isLost: boolean };
}

/** Sees an entity that has just been made from a row, which is as the driver gave it. */
export type HydrationListener = (
  entity: object,
  metadata: EntityMetadata,
  row: Raw,
  reader: RowReader,
  context: QueryContext | undefined,
) => void;

/** Sees the entities of a query when all of its relations are on them: those of further queries too. */
export type QueryListener = (entities: readonly object[], relations: readonly Relation[]) => void;

const hooks = {
  beforeBuild: [] as DataSourceStep[],
  afterBuild: [] as DataSourceStep[],
  hydrated: undefined as HydrationListener | undefined,
  context: undefined as ((dataSource: DataSource) => QueryContext | undefined) | undefined,
  completed: undefined as QueryListener | undefined,
  persistence: undefined as PersistGuard | undefined,
  isGuarded: undefined as ((entity: object) => boolean) | undefined,
  currentRunner: undefined as ((dataSource: DataSource) => QueryRunner | undefined) | undefined,
  transaction: undefined as TransactionHook | undefined,
};

/** Takes over `manager.transaction()`; undefined: TypeORM's own way. */
export type TransactionHook = (
  manager: EntityManager,
  isolation: string | undefined,
  work: (manager: EntityManager) => Promise<unknown>,
) => Promise<unknown> | undefined;

/** Registers a check that runs before a data source builds its entity metadata. */
export function beforeEntityMetadata(step: DataSourceStep): void {
  hooks.beforeBuild.push(step);
}

/** Registers a step that runs when a data source has built its entity metadata. */
export function afterEntityMetadata(step: DataSourceStep): void {
  hooks.afterBuild.push(step);
}

/** Sets what sees every row that becomes an entity. */
export function onHydrated(listener: HydrationListener): void {
  hooks.hydrated = listener;
}

/** Sets what is asked for the context of a query, once, when its rows are there. */
export function onQuery(context: (dataSource: DataSource) => QueryContext | undefined): void {
  hooks.context = context;
}

/** Sets what sees relations that a query loads by further queries (`relationLoadStrategy: 'query'`). */
export function onRelationsQueried(listener: QueryListener): void {
  hooks.completed = listener;
}

/** Sets which entities keep what they have not read unread when TypeORM writes them. */
export function keepUnread(isGuarded: (entity: object) => boolean): void {
  hooks.isGuarded = isGuarded;
}

/** Sets how managers and query builders without a query runner of their own find the current one. */
export function bindQueryRunner(resolve: (dataSource: DataSource) => QueryRunner | undefined): void {
  hooks.currentRunner = resolve;
}

/** Sets what sees `manager.transaction()` first. */
export function onTransaction(hook: TransactionHook): void {
  hooks.transaction = hook;
}

/** Adds a CHECK constraint to a table. The metadata class has no public factory. */
export function addCheck(metadata: EntityMetadata, expression: string): void {
  if (metadata.checks.some((check) => check.expression === expression)) return;
  const check = new CheckMetadata({ entityMetadata: metadata, args: { target: metadata.target, expression } });
  metadata.checks.push(check.build(metadata.dataSource.namingStrategy));
}

/**
 * @throws ConfigurationError when the installed TypeORM is not of the line whose internals this file knows
 */
export function checkTypeOrmVersion(): void {
  // TypeORM's export map hides its package.json; it lies beside the main file.
  const main = createRequire(import.meta.url).resolve('typeorm');
  const { version } = JSON.parse(readFileSync(join(dirname(main), 'package.json'), 'utf8')) as { version: string };
  if (!/^1\.1\./.test(version)) {
    throw new ConfigurationError(
      `TypeORM ${version} is installed, but this version works with 1.1.x: install typeorm@~1.1.1.`,
      {
        version,
      },
    );
  }
}

function patchOnce(owner: object, patch: () => void): void {
  if (Object.hasOwn(owner, PATCHED)) return;
  Object.defineProperty(owner, PATCHED, { value: true });
  patch();
}

/*
 * Entity metadata: the only moment between "entities are known" and "the schema is built from them" that
 * exists in applications, in scripts and on the command line alike.
 */
patchOnce(DataSource.prototype, () => {
  const prototype = DataSource.prototype as unknown as { buildMetadatas(this: DataSource): Promise<void> };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { buildMetadatas, query } = { buildMetadatas: prototype.buildMetadatas, query: DataSource.prototype.query };
  prototype.buildMetadatas = async function () {
    for (const step of hooks.beforeBuild) step(this);
    await buildMetadatas.call(this);
    for (const step of hooks.afterBuild) step(this);
  };
  // Raw SQL of the data source has no manager or builder in between that could carry the runner.
  DataSource.prototype.query = async function (this: DataSource, sql, parameters, queryRunner) {
    return query.call(this, sql, parameters, queryRunner ?? hooks.currentRunner?.(this)) as never;
  };
});

/*
 * The current transaction: TypeORM only ever assigns `queryRunner`, so an accessor on the prototypes
 * catches managers, repositories and builders whenever they were made. `obtainQueryRunner` must stay as
 * it is: its caller releases every runner that is not its own.
 */
const OWN_RUNNER = Symbol('nestjs-sqlmodel-ext:own-query-runner');
type RunnerOwner = { [OWN_RUNNER]?: QueryRunner; dataSource: DataSource };

for (const prototype of [EntityManager.prototype, QueryBuilder.prototype]) {
  patchOnce(prototype, () => {
    Object.defineProperty(prototype, 'queryRunner', {
      configurable: true,
      get(this: RunnerOwner) {
        return this[OWN_RUNNER] ?? hooks.currentRunner?.(this.dataSource);
      },
      set(this: RunnerOwner, queryRunner: QueryRunner | undefined) {
        this[OWN_RUNNER] = queryRunner;
      },
    });
  });
}

/*
 * A repository copies its manager's runner when it is made, and is kept for good: one that was first asked
 * for inside a transaction would belong to that transaction for ever.
 */
patchOnce(Repository.prototype, () => {
  type RepositoryOwner = { [OWN_RUNNER]?: QueryRunner; manager: EntityManager | undefined };
  Object.defineProperty(Repository.prototype, 'queryRunner', {
    configurable: true,
    get(this: RepositoryOwner) {
      return this[OWN_RUNNER] ?? this.manager?.queryRunner;
    },
    set(this: RepositoryOwner, queryRunner: QueryRunner | undefined) {
      if (queryRunner !== this.manager?.queryRunner) this[OWN_RUNNER] = queryRunner;
    },
  });
});

/** The runner that a manager was made for, not the one of the current transaction. */
export function ownQueryRunner(manager: EntityManager): QueryRunner | undefined {
  return (manager as unknown as RunnerOwner)[OWN_RUNNER];
}

const TRANSACTION = Symbol.for('nestjs-sqlmodel-ext:transaction');
if (!Object.hasOwn(EntityManager.prototype, TRANSACTION)) {
  Object.defineProperty(EntityManager.prototype, TRANSACTION, { value: true });
  type Work = (manager: EntityManager) => Promise<unknown>;
  const own = EntityManager.prototype as unknown as {
    transaction(this: EntityManager, isolation: string | Work, work?: Work): Promise<unknown>;
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { transaction } = own;
  // A transaction inside a unit of work is a savepoint of it, with its own commit hooks.
  own.transaction = async function (isolation, work) {
    const run = typeof isolation === 'function' ? isolation : work;
    const level = typeof isolation === 'string' ? isolation : undefined;
    const taken = run && hooks.transaction?.(this, level, run);
    return taken ?? transaction.call(this, isolation, work);
  };
}

/*
 * Rows: the one place where a row becomes an entity, joined ones included. Subscribers see entities
 * later, without the row, and only when listeners are on.
 */
const READERS = Symbol('nestjs-sqlmodel-ext:row-readers');

interface Transformer {
  readonly pojo: boolean;
  readonly expressionMap: {
    readonly joinAttributes: readonly {
      readonly isSelected: boolean;
      readonly alias: { readonly name: string };
      readonly relation?: Relation;
      readonly parentAlias?: string;
      readonly mapToProperty?: string;
      readonly mapToPropertyParentAlias?: string;
      readonly mapToPropertyPropertyName?: string;
    }[];
  };
  readonly rawRelationIdResults: readonly {
    readonly relationIdAttribute: { readonly parentAlias: string; readonly mapToPropertyPropertyPath: string };
  }[];
  [READERS]?: Map<string, Map<EntityMetadata, RowReader>>;
  transform(rows: Raw[], alias: { name: string; metadata: EntityMetadata }): ObjectLiteral[];
  transformRawResultsGroup(rows: Raw[], alias: { name: string; metadata: EntityMetadata }): ObjectLiteral | undefined;
  getColumnsToProcess(alias: string, metadata: EntityMetadata): [string, Column][];
}

function pathTo(transformer: Transformer, alias: string): string {
  const join = transformer.expressionMap.joinAttributes.find((each) => each.alias.name === alias);
  if (!join?.relation || join.parentAlias === undefined || join.mapToProperty !== undefined) return '';
  return `${pathTo(transformer, join.parentAlias)}${join.relation.propertyPath}.`;
}

function readerOf(transformer: Transformer, alias: string, metadata: EntityMetadata, row: Raw): RowReader {
  const readers = (transformer[READERS] ??= new Map<string, Map<EntityMetadata, RowReader>>());
  let ofAlias = readers.get(alias);
  if (!ofAlias) readers.set(alias, (ofAlias = new Map<EntityMetadata, RowReader>()));
  let reader = ofAlias.get(metadata);
  if (!reader) {
    const { driver } = metadata.dataSource;
    const joins = transformer.expressionMap.joinAttributes.filter(({ isSelected }) => isSelected);
    const joined = joins.flatMap(({ relation, parentAlias, mapToProperty }) =>
      relation && parentAlias === alias && !mapToProperty ? [relation] : [],
    );
    reader = {
      // TypeORM processes those that are not selected by default as well, and finds no value.
      columns: transformer.getColumnsToProcess(alias, metadata).filter(([name]) => row[name] !== undefined),
      joined,
      path: pathTo(transformer, alias),
      filled: new Set([
        ...joined.map(({ propertyPath }) => propertyPath),
        ...joins.flatMap(({ mapToPropertyParentAlias: parent, mapToPropertyPropertyName: name }) =>
          parent === alias && name !== undefined ? [name] : [],
        ),
        ...transformer.rawRelationIdResults.flatMap(({ relationIdAttribute: ids }) =>
          ids.parentAlias === alias ? [ids.mapToPropertyPropertyPath] : [],
        ),
      ]),
      // Not the transformer's own method: entities keep their reader, and would keep the whole query with it.
      nameInRow: (column) => DriverUtils.buildAlias(driver, undefined, alias, column.databaseName),
    };
    ofAlias.set(metadata, reader);
  }
  return reader;
}

/** How many transformations of rows are running, one in the other: they are synchronous. */
let hydrating = 0;

patchOnce(RawSqlResultsToEntityTransformer.prototype, () => {
  const prototype = RawSqlResultsToEntityTransformer.prototype as unknown as Transformer;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with their own receiver below
  const { transform, transformRawResultsGroup } = prototype;
  let context: QueryContext | undefined;
  // Called again for every joined alias: the outermost call is the query.
  prototype.transform = function (rows, alias) {
    if (hydrating === 0 && !this.pojo) context = hooks.context?.(alias.metadata.dataSource);
    hydrating++;
    try {
      return transform.call(this, rows, alias);
    } finally {
      hydrating--;
    }
  };
  prototype.transformRawResultsGroup = function (rows, alias) {
    const entity = transformRawResultsGroup.call(this, rows, alias);
    if (entity && !this.pojo && hooks.hydrated) {
      const metadata =
        alias.metadata.childEntityMetadatas.length === 0
          ? alias.metadata
          : (alias.metadata.dataSource.entityMetadatasMap.get(entity.constructor) ?? alias.metadata);
      hooks.hydrated(entity, metadata, rows[0], readerOf(this, alias.name, metadata, rows[0]), context);
    }
    return entity;
  };
});

/**
 * Whether rows become instances of a class, or of the class of an embedded object, without its constructor. What the
 * application makes, such as by `repository.create()`, runs it always: TypeORM's own option does not distinguish.
 */
export function skipConstructorForRows(
  metadata: EntityMetadata | EntityMetadata['embeddeds'][number],
  skips: boolean,
): void {
  const own = Object.getOwnPropertyDescriptor(metadata, 'isAlwaysUsingConstructor');
  const stock = (own?.get as { stock?: boolean } | undefined)?.stock ?? metadata.isAlwaysUsingConstructor;
  const get = Object.assign(() => stock && !(skips && hydrating > 0), { stock });
  Object.defineProperty(metadata, 'isAlwaysUsingConstructor', { get, configurable: true, enumerable: true });
}

/*
 * Relations that are loaded by further queries are put on the entities after their rows have become
 * entities. The method is protected, and nothing else knows when they are complete.
 */
patchOnce(SelectQueryBuilder.prototype, () => {
  interface Executor {
    readonly findOptions: { readonly relationLoadStrategy?: string };
    readonly relationMetadatas: readonly Relation[];
    executeEntitiesAndRawResults(runner: QueryRunner): Promise<{ entities: ObjectLiteral[]; raw: unknown[] }>;
  }
  const prototype = SelectQueryBuilder.prototype as unknown as Executor;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { executeEntitiesAndRawResults } = prototype;
  prototype.executeEntitiesAndRawResults = async function (runner) {
    const result = await executeEntitiesAndRawResults.call(this, runner);
    if (this.relationMetadatas.length > 0) hooks.completed?.(result.entities, this.relationMetadatas);
    return result;
  };
});

/*
 * TypeORM reads relations and columns of entities by these methods when it saves, removes, merges and loads,
 * and takes undefined for "not loaded". A guarded property would throw at it.
 */
patchOnce(RelationMetadata.prototype, () => {
  quietMethods(RelationMetadata.prototype, 'getEntityValue', 'setEntityValue');
});
patchOnce(ColumnMetadata.prototype, () => {
  quietMethods(ColumnMetadata.prototype, 'getEntityValue', 'getEntityValueMap');
});

/**
 * Lets TypeORM set those columns of guarded classes for which it reads before it writes: in embedded objects,
 * and foreign keys without a property, where it looks by `in` whether the relation's property exists.
 */
export function setColumnsQuietly(metadata: EntityMetadata): void {
  for (const column of metadata.columns) {
    if (Object.hasOwn(column, 'setEntityValue')) continue;
    if (column.embeddedMetadata) {
      column.setEntityValue = quietMethod(ColumnMetadata.prototype.setEntityValue.bind(column));
    } else if (column.isVirtual && column.referencedColumn) {
      column.setEntityValue = quietMethod((entity: ObjectLiteral, value: unknown) => {
        const { propertyName } = column;
        const isDeep = column.referencedColumn?.propertyName !== propertyName;
        if (isDeep && entity[propertyName] === undefined && !Object.hasOwn(entity, propertyName)) {
          entity[propertyName] = {};
        }
        ColumnMetadata.prototype.setEntityValue.call(column, entity, value);
      });
    }
  }
}

/**
 * Lets TypeORM put a guarded relation on an entity that does not have it yet without reading it first: hydration does
 * so for each row.
 */
export function setRelationDirectly(relation: Relation): void {
  if (Object.hasOwn(relation, 'setEntityValue') || relation.isLazy || relation.embeddedMetadata) return;
  const { propertyName } = relation;
  const define = ownProperty(propertyName);
  relation.setEntityValue = (entity: ObjectLiteral, value: unknown) => {
    if (Object.hasOwn(entity, propertyName)) RelationMetadata.prototype.setEntityValue.call(relation, entity, value);
    else define(entity, value);
  };
}

/** `preload()` appends to lists of the entities that it has just read, loaded or not. */
patchOnce(PlainObjectToDatabaseEntityTransformer.prototype, () => {
  const { prototype } = PlainObjectToDatabaseEntityTransformer;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { transform } = prototype;
  prototype.transform = function (plain, metadata) {
    return quietlyThroughout(() => transform.call(this, plain, metadata));
  };
});

/**
 * After an UPDATE TypeORM sets nullable columns that have no value to null, for it takes them for new. Those that were
 * not read would then hold a null that the row does not have, and the next `save()` would write it.
 */
patchOnce(SubjectExecutor.prototype, () => {
  interface Executor {
    readonly insertSubjects: readonly Subject[];
    updateSpecialColumnsInInsertedAndUpdatedEntities(subjects: readonly Subject[]): void;
  }
  const prototype = SubjectExecutor.prototype as unknown as Executor;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { updateSpecialColumnsInInsertedAndUpdatedEntities: update } = prototype;
  prototype.updateSpecialColumnsInInsertedAndUpdatedEntities = function (subjects) {
    const unread = subjects === this.insertSubjects ? [] : subjects.flatMap(unreadProperties);
    update.call(this, subjects);
    for (const { owner, name, guard } of unread) {
      if (isUnloaded(owner, name) || !holdsNothing(quietRead(owner, name))) continue;
      if (guard) Object.defineProperty(owner, name, guard);
      else Reflect.deleteProperty(owner, name);
    }
  };
});

/** A row that TypeORM writes, as its executor knows it. */
export type PersistedRow = Pick<
  Subject,
  | 'entity'
  | 'databaseEntity'
  | 'databaseEntityLoaded'
  | 'metadata'
  | 'identifier'
  | 'parentSubject'
  | 'changeMaps'
  | 'canBeUpdated'
  | 'mustBeInserted'
  | 'mustBeUpdated'
  | 'mustBeRemoved'
  | 'mustBeSoftRemoved'
  | 'mustBeRecovered'
>;

/** What must hold of a row when it is written, besides its key. */
export interface RowCondition {
  readonly column: Column;
  readonly value: unknown;
  /** Gives the error of a write that has met no such row. */
  missed(): Promise<Error>;
}

/** Watches what TypeORM's `save()`, `remove()`, `softRemove()` and `recover()` write, cascades included. */
export interface PersistGuard {
  /** Whether anything is watched in a data source. */
  isActive(dataSource: DataSource): boolean;
  /** Runs around the statements of one call, inside its transaction. */
  around(rows: readonly PersistedRow[], runner: QueryRunner, proceed: () => Promise<void>): Promise<void>;
  /** The entity behind a row; for one of which TypeORM knows the key alone, asked right before its UPDATE. */
  entityOf(row: PersistedRow): ObjectLiteral | undefined;
  /** What the row of an UPDATE or DELETE must hold; asked right before it. */
  condition(row: PersistedRow): RowCondition | undefined;
  /** Runs around a whole call, its COMMIT included. */
  aroundCall(dataSource: DataSource, proceed: () => Promise<void>): Promise<void>;
}

/** Sets what watches TypeORM's own writes. */
export function guardPersistence(guard: PersistGuard): void {
  hooks.persistence = guard;
}

const rowConditions = new WeakMap<object, RowCondition>();

/*
 * TypeORM's executor finds the rows that it updates and deletes by their keys alone, and nothing public can add a
 * condition. An identifier is an object of one row's write, so the condition goes with it.
 */
const EXECUTOR_GUARDED = Symbol.for('nestjs-sqlmodel-ext:executor-guarded');
if (!Object.hasOwn(SubjectExecutor.prototype, EXECUTOR_GUARDED)) {
  Object.defineProperty(SubjectExecutor.prototype, EXECUTOR_GUARDED, { value: true });
  type Step = 'executeUpdateOperations' | 'executeSoftRemoveOperations' | 'executeRecoverOperations';
  type Executor = Record<Step | 'execute' | 'executeRemoveOperations', () => Promise<void>> & {
    readonly queryRunner: QueryRunner;
    readonly allSubjects: readonly Subject[];
    readonly updateSubjects: readonly Subject[];
    readonly removeSubjects: readonly Subject[];
    readonly softRemoveSubjects: readonly Subject[];
    readonly recoverSubjects: readonly Subject[];
  };
  const prototype = SubjectExecutor.prototype as unknown as Executor;
  const original = { ...Object.getOwnPropertyDescriptors(prototype) } as unknown as Record<
    keyof Executor,
    { value: (this: Executor) => Promise<void> }
  >;
  prototype.execute = function (this: Executor) {
    const proceed = (): Promise<void> => original.execute.value.call(this);
    return hooks.persistence ? hooks.persistence.around(this.allSubjects, this.queryRunner, proceed) : proceed();
  };
  const steps: [Step, (executor: Executor) => readonly Subject[]][] = [
    ['executeUpdateOperations', (executor) => executor.updateSubjects],
    ['executeSoftRemoveOperations', (executor) => executor.softRemoveSubjects],
    ['executeRecoverOperations', (executor) => executor.recoverSubjects],
  ];
  for (const [step, subjectsOf] of steps) {
    prototype[step] = function (this: Executor) {
      for (const subject of subjectsOf(this)) {
        // With an entity the row is found by `whereEntity`, and what the statement computes comes into it.
        subject.entity ??= hooks.persistence?.entityOf(subject);
        const condition = subject.entity && subject.identifier && hooks.persistence?.condition(subject);
        if (condition && subject.identifier) rowConditions.set(subject.identifier, condition);
      }
      return original[step].value.call(this);
    };
  }
  // The keys of a DELETE are its conditions: for as long as it lasts they name the column as well.
  prototype.executeRemoveOperations = async function (this: Executor) {
    const swapped = this.removeSubjects.flatMap((subject) => {
      const condition = subject.identifier && hooks.persistence?.condition(subject);
      if (!condition) return [];
      const { identifier } = subject;
      subject.identifier = { ...identifier, ...condition.column.createValueMap(condition.value) };
      rowConditions.set(subject.identifier, condition);
      return [{ subject, identifier }];
    });
    try {
      await original.executeRemoveOperations.value.call(this);
    } finally {
      for (const { subject, identifier } of swapped) subject.identifier = identifier;
    }
  };

  const deletes = DeleteQueryBuilder.prototype as unknown as {
    where(...args: unknown[]): unknown;
    execute(): Promise<{ affected?: number | null }>;
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { where } = deletes;
  deletes.where = function (...args) {
    const [keys] = args;
    const conditions = Array.isArray(keys) ? keys.map((key) => rowConditions.get(key as object)) : [];
    if (conditions.some((condition) => condition !== undefined)) {
      const execute = this.execute.bind(this);
      this.execute = async () => {
        const written = await execute();
        const { affected } = written;
        const missed = (affected ?? 0) < conditions.length ? await firstMissed(conditions, affected === 0) : undefined;
        if (missed) throw missed;
        return written;
      };
    }
    return where.apply(this, args);
  };

  /**
   * The error of a row that is there in another state, before that of one that is gone: the others are gone by now.
   * Rows without a condition may be missing.
   */
  const firstMissed = async (
    conditions: readonly (RowCondition | undefined)[],
    nothing: boolean,
  ): Promise<Error | undefined> => {
    const errors: Error[] = [];
    for (const condition of conditions) if (condition) errors.push(await condition.missed());
    const isPresent = (error: Error): boolean => (error as { reason?: unknown }).reason === 'changed';
    return errors.find(isPresent) ?? (!nothing || conditions.includes(undefined) ? undefined : errors[0]);
  };

  type RowBuilder = QueryBuilder<ObjectLiteral> & {
    whereEntity(entity: object): unknown;
    andWhere(where: string, parameters: ObjectLiteral): unknown;
    execute(): Promise<{ affected?: number | null }>;
  };
  for (const { prototype: builders } of [UpdateQueryBuilder, SoftDeleteQueryBuilder]) {
    const builder = builders as unknown as RowBuilder;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
    const { whereEntity } = builder;
    builder.whereEntity = function (this: RowBuilder, entity) {
      const result = whereEntity.call(this, entity);
      const condition = rowConditions.get(entity);
      if (!condition) return result;
      this.andWhere(`${this.escape(condition.column.databaseName)} = :expectedVersion`, {
        expectedVersion: condition.value,
      });
      const execute = this.execute.bind(this) as () => Promise<{ affected?: number | null }>;
      this.execute = async () => {
        const written = await execute();
        if (written.affected === 0) throw await condition.missed();
        return written;
      };
      return result;
    };
  }

  const persist = EntityPersistExecutor.prototype as unknown as {
    readonly dataSource: DataSource;
    execute(): Promise<void>;
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { execute } = persist;
  persist.execute = function () {
    const proceed = (): Promise<void> => execute.call(this);
    return hooks.persistence ? hooks.persistence.aroundCall(this.dataSource, proceed) : proceed();
  };

  /*
   * TypeORM's upsert writes over a row without moving its version, so that who has read it before passes the check.
   * The clause is made inside of one method that makes the whole statement.
   */
  interface Upsert extends Pick<
    InsertQueryBuilder<ObjectLiteral>,
    'alias' | 'escape' | 'expressionMap' | 'dataSource'
  > {
    createInsertExpression(): string;
    getTableName(path: string): string;
    getMainTableName(): string;
  }
  const insert = InsertQueryBuilder.prototype as unknown as Upsert;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { createInsertExpression } = insert;
  insert.createInsertExpression = function (this: Upsert) {
    const { onUpdate, mainAlias } = this.expressionMap;
    const version = mainAlias?.hasMetadata === true ? mainAlias.metadata.versionColumn : undefined;
    if (!version || !Array.isArray(onUpdate?.overwrite) || hooks.persistence?.isActive(this.dataSource) !== true) {
      return createInsertExpression.call(this);
    }
    const { overwrite } = onUpdate;
    onUpdate.overwrite = overwrite.filter((name) => name !== version.databaseName);
    try {
      const sql = createInsertExpression.call(this);
      const column = this.escape(version.databaseName);
      const main = this.getMainTableName();
      const isNamed = this.alias !== main && DriverUtils.isPostgresFamily(this.dataSource.driver);
      const table = isNamed ? this.escape(this.alias) : this.getTableName(main);
      return sql
        .replace(' DO UPDATE SET ', ` DO UPDATE SET ${column} = ${table}.${column} + 1, `)
        .replace(' ON DUPLICATE KEY UPDATE ', ` ON DUPLICATE KEY UPDATE ${column} = ${column} + 1, `);
    } finally {
      onUpdate.overwrite = overwrite;
    }
  };
}

interface UnreadProperty {
  readonly owner: object;
  readonly name: string;
  /** The guard, where it is the object's own. */
  readonly guard: PropertyDescriptor | undefined;
}

/** Properties of a written entity that were not read, and that the write itself has not given a value. */
function unreadProperties({ entity, metadata, updatedRelationMaps }: Subject): UnreadProperty[] {
  if (!entity || hooks.isGuarded?.(entity) !== true) return [];
  const written = new Set(updatedRelationMaps.flatMap(({ relation }) => relation.joinColumns));
  return metadata.columns.flatMap((column) => {
    if (!column.isNullable || column.isVirtual || column.isDeleteDate || written.has(column)) return [];
    let owner: unknown = entity;
    for (const name of [...(column.embeddedMetadata?.parentPropertyNames ?? []), column.propertyName]) {
      if (typeof owner !== 'object' || owner === null) return [];
      if (isUnloaded(owner, name)) return [{ owner, name, guard: Object.getOwnPropertyDescriptor(owner, name) }];
      owner = quietRead(owner, name);
    }
    return [];
  });
}

function holdsNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null || value === undefined;
  return !(value instanceof Date) && Object.values(value).every(holdsNothing);
}

/** `findAncestorsTree()` puts the parents that it has found on the nodes. Where it finds none, there is none to load. */
patchOnce(TreeRepositoryUtils, () => {
  const build = TreeRepositoryUtils.buildParentEntityTree.bind(TreeRepositoryUtils);
  TreeRepositoryUtils.buildParentEntityTree = (metadata, entity: ObjectLiteral, entities, relationMaps) => {
    build(metadata, entity, entities, relationMaps);
    const name = metadata.treeParentRelation?.propertyName;
    if (name === undefined || !isUnloaded(entity, name)) return;
    Object.defineProperty(entity, name, { value: undefined, writable: true, configurable: true, enumerable: false });
  };
});

/** A query whose SQL is built once and whose rows become entities as those of any other query do. */
export interface PreparedSelect<Row extends ObjectLiteral> {
  readonly sql: string;
  /** The selected columns of the main table, each with its name in the rows; some belong to several classes. */
  readonly columns: readonly (readonly [name: string, column: Column])[];
  /** The name of a column of the main table in the rows. */
  nameInRow(column: Column): string;
  hydrate(rows: readonly Raw[]): Row[];
  /**
   * The same for one row that others have as well, with its values in the order of `columns`: objects among them are not
   * handed out, but asked for by their index. Undefined: not for this class.
   */
  readonly hydrateShared: ((row: Raw, values: readonly unknown[], own: (index: number) => unknown) => Row) | undefined;
}

/**
 * Builds a query's SQL and the transformer of its rows once. TypeORM builds both anew for every query, which
 * takes most of the time of a look-up by key.
 */
export function prepareSelect<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>): PreparedSelect<Row> {
  const [sql] = query.getQueryAndParameters();
  const { expressionMap, dataSource } = query;
  const alias = expressionMap.mainAlias;
  if (!alias) throw new TypeError('The query has no main alias.');
  const { driver } = dataSource;
  const transformer = new RawSqlResultsToEntityTransformer(expressionMap, driver, [], undefined);
  const nameInRow = (column: Column): string =>
    DriverUtils.buildAlias(driver, undefined, alias.name, column.databaseName);
  const columns = alias.metadata.columns
    .filter(({ isSelect }) => isSelect)
    .map((column) => [nameInRow(column), column] as const);
  const quick = quickHydration(transformer as unknown as Transformer, alias.name, alias.metadata);
  const stock = (rows: readonly Raw[]) => transformer.transform([...rows], alias) as ObjectLiteral[];
  return {
    sql,
    columns,
    nameInRow,
    hydrate: (rows) => (quick ? quick.rows(rows) : stock(rows)) as Row[],
    hydrateShared: quick && ((row, values, own) => quick.shared(row, values, own) as Row),
  };
}

interface QuickHydration {
  rows(rows: readonly Raw[]): ObjectLiteral[];
  shared(row: Raw, values: readonly unknown[], own: (index: number) => unknown): ObjectLiteral;
}

/**
 * What TypeORM's transformer does with rows of a class without inheritance, joins and relation ids, without what it
 * does besides for those. Undefined: the class is none of these. All rows have the same columns.
 */
function quickHydration(transformer: Transformer, alias: string, metadata: EntityMetadata): QuickHydration | undefined {
  const isPlain =
    metadata.inheritancePattern === undefined &&
    metadata.discriminatorColumn === undefined &&
    metadata.childEntityMetadatas.length === 0 &&
    metadata.relationIds.length === 0 &&
    typeof metadata.target === 'function';
  if (!isPlain) return undefined;
  const { dataSource } = metadata;
  const { driver } = dataSource;
  const isPostgres = DriverUtils.isPostgresFamily(driver);
  let columns: readonly QuickColumn[] = [];
  let reader: RowReader | undefined;
  let fill: FillEntity | undefined;
  const valueOf = ({ column, keepsDates }: QuickColumn, raw: unknown): unknown =>
    keepsDates && raw instanceof Date ? raw : driver.prepareHydratedValue(raw, column);
  const prepare = (row: Raw): RowReader => {
    const made = readerOf(transformer, alias, metadata, row);
    columns = made.columns.map(([name, column]) => quickColumn(name, column, isPostgres));
    return (reader = made);
  };
  const entityOf = (row: Raw, context: QueryContext | undefined): ObjectLiteral => {
    const by = reader ?? prepare(row);
    const entity = metadata.create(undefined, { fromDeserializer: true }) as ObjectLiteral;
    for (const quick of columns) {
      const raw = row[quick.name];
      if (raw === undefined) continue;
      const value = typeof raw === quick.keeps ? raw : valueOf(quick, raw);
      if (quick.property === undefined) quick.column.setEntityValue(entity, value);
      else entity[quick.property] = value;
    }
    hooks.hydrated?.(entity, metadata, row, by, context);
    return entity;
  };
  const contextNow = (): QueryContext | undefined => (hydrating === 0 ? hooks.context?.(dataSource) : undefined);
  return {
    rows: (rows) => {
      if (rows.length === 0) return [];
      const context = contextNow();
      hydrating++;
      try {
        return rows.map((row) => entityOf(row, context));
      } finally {
        hydrating--;
      }
    },
    shared: (row, values, own) => {
      const by = reader ?? prepare(row);
      if (!fill) {
        const names = Object.keys(row);
        fill = fillEntity(columns, (name) => names.indexOf(name), valueOf);
      }
      const context = contextNow();
      hydrating++;
      try {
        const entity = metadata.create(undefined, { fromDeserializer: true }) as ObjectLiteral;
        fill(entity, values, own);
        hooks.hydrated?.(entity, metadata, row, by, context);
        return entity;
      } finally {
        hydrating--;
      }
    },
  };
}

type FillEntity = (entity: ObjectLiteral, values: readonly unknown[], own: (index: number) => unknown) => void;

/**
 * Puts the values of a row on an entity: by code that is written for the class once, where Node may run such code. A loop
 * over the columns takes three times as long.
 */
function fillEntity(
  columns: readonly QuickColumn[],
  indexOf: (name: string) => number,
  valueOf: (column: QuickColumn, raw: unknown) => unknown,
): FillEntity {
  const set = (index: number, entity: ObjectLiteral, raw: unknown, own: (index: number) => unknown): void => {
    const quick = columns[index];
    const value = valueOf(quick, typeof raw === 'object' && raw !== null ? own(indexOf(quick.name)) : raw);
    if (quick.property === undefined) quick.column.setEntityValue(entity, value);
    else entity[quick.property] = value;
  };
  const lines = columns.map(({ name, property, keeps }, index) => {
    const slow = `if (value !== undefined) set(${index}, entity, value, own);`;
    const quick = `entity[${JSON.stringify(property)}] = value;`;
    const isQuick = keeps !== undefined && property !== undefined;
    return `value = values[${indexOf(name)}]; ${isQuick ? `if (typeof value === '${keeps}') ${quick} else ` : ''}${slow}`;
  });
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- made of the names of properties, as texts
    return new Function('set', `return (entity, values, own) => { let value; ${lines.join('\n')} };`)(
      set,
    ) as FillEntity;
  } catch {
    return (entity, values, own) => {
      for (const [index, { name }] of columns.entries()) {
        const raw = values[indexOf(name)];
        if (raw !== undefined) set(index, entity, raw, own);
      }
    };
  }
}

interface QuickColumn {
  readonly name: string;
  readonly column: Column;
  /** Where the value goes; undefined: TypeORM knows. */
  readonly property: string | undefined;
  /** Values of this kind are the driver's and the entity's alike. */
  readonly keeps: 'string' | 'number' | undefined;
  /** The driver's dates are the entity's. */
  readonly keepsDates: boolean;
}

const TEXTS = ['uuid', 'varchar', 'character varying', 'text', 'tinytext', 'mediumtext', 'longtext'];
const NUMBERS = ['int', 'integer', 'smallint', 'int2', 'int4', 'mediumint'];

const DATES = ['timestamp', 'timestamptz', 'timestamp with time zone', 'timestamp without time zone'];

function quickColumn(name: string, column: Column, isPostgres: boolean): QuickColumn {
  const type = String(column.type);
  const isKept = !column.transformer && !column.isArray;
  return {
    name,
    column,
    property: column.embeddedMetadata || column.isVirtual ? undefined : column.propertyName,
    keeps: !isKept ? undefined : TEXTS.includes(type) ? 'string' : NUMBERS.includes(type) ? 'number' : undefined,
    keepsDates: isPostgres && isKept && DATES.includes(type),
  };
}

/**
 * Ends a query with a locking clause of our own. TypeORM has no OF for MySQL and no WAIT for MariaDB, and finds the tables
 * of an OF by the names of tables, of which a query may have two. Copies of the query do not have it.
 */
export function setLockClause(query: SelectQueryBuilder<ObjectLiteral>, clause: string): void {
  // The mode is what has TypeORM insist on a transaction.
  query.setLock('pessimistic_write');
  (query as unknown as { createLockExpression(): string }).createLockExpression = () => clause;
}

/*
 * Columns: TypeORM takes the first registered column of a name, which is the furthest parent's. The
 * nearest class wins here, and on one class a column that the user states wins over a field type's.
 * Names that no field type declares keep TypeORM's order.
 */
patchOnce(getMetadataArgsStorage(), () => {
  const storage = getMetadataArgsStorage();
  const filterColumns = storage.filterColumns.bind(storage);
  const nearest = (target: unknown): ColumnMetadataArgs[] => {
    const found = filterColumns(target as Function[]);
    if (!Array.isArray(target)) return found;
    const classes = new Set<unknown>(target);
    const byName = new Map<string, ColumnMetadataArgs[]>();
    for (const args of storage.columns) {
      if (!classes.has(args.target)) continue;
      const sameName = byName.get(args.propertyName);
      if (sameName) sameName.push(args);
      else byName.set(args.propertyName, [args]);
    }
    const distance = (args: ColumnMetadataArgs): number =>
      target.indexOf(args.target) * 2 + (declarationOfColumn(args.options) ? 1 : 0);
    return found.map((first) => {
      const candidates = byName.get(first.propertyName) ?? [first];
      if (candidates.length === 1 || !candidates.some((args) => declarationOfColumn(args.options))) return first;
      return candidates.reduce((best, args) => (distance(args) < distance(best) ? args : best));
    });
  };
  storage.filterColumns = nearest;

  // TypeORM would keep the index and the unique constraint of a field that a nearer class declares again.
  const isRedefined = (declaredBy: unknown, columns: unknown, target: unknown, option: 'index' | 'unique'): boolean => {
    if (!Array.isArray(target) || !Array.isArray(columns) || columns.length !== 1 || typeof declaredBy !== 'function')
      return false;
    const name = columns[0] as string;
    const declared = fieldOf(declaredBy, name);
    if (declared?.declaredBy !== declaredBy || declared.options[option] !== true) return false;
    return fieldOf(target[0] as Function, name)?.declaredBy !== declaredBy;
  };
  const filterIndices = storage.filterIndices.bind(storage);
  const filterUniques = storage.filterUniques.bind(storage);
  storage.filterIndices = (target) =>
    filterIndices(target as Function[]).filter((args) => !isRedefined(args.target, args.columns, target, 'index'));
  storage.filterUniques = (target) =>
    filterUniques(target as Function[]).filter((args) => !isRedefined(args.target, args.columns, target, 'unique'));
});
