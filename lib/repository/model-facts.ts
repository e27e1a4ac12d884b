import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import { fieldOfColumn } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import type { FieldDeclaration } from '../field-types/index.js';
import type { Branded } from '../base-entities/index.js';

export type Column = EntityMetadata['columns'][number];
export type Relation = EntityMetadata['relations'][number];

/** A class of entities. */
export type EntityClass<Model extends Branded & ObjectLiteral> = abstract new (...args: never[]) => Model;

/** What the repository asks about a model again and again, worked out once. */
export interface ModelFacts {
  readonly dataSource: DataSource;
  readonly metadata: EntityMetadata;
  readonly name: string;
  readonly target: new () => ObjectLiteral;
  readonly primaryColumns: readonly Column[];
  /** Names that input, conditions and patches may use: the first part of every property path. */
  readonly names: ReadonlySet<string>;
  /** The column that the database counts up, if there is one. */
  readonly counted: Column | undefined;
  /** The field type of each column that has one. */
  readonly fields: ReadonlyMap<Column, FieldDeclaration>;
  /** Columns that an INSERT may set. */
  readonly insertable: readonly Column[];
  /** Columns that have a value after an INSERT although it gave none. */
  readonly filledByDatabase: readonly Column[];
  /** Columns that the database changes by itself in an UPDATE. */
  readonly computedOnUpdate: readonly Column[];
  /** The column that counts how often the row was written. */
  readonly version: Column | undefined;
  /** Columns that an UPDATE may set, with a property of their own. */
  readonly updatable: readonly Column[];
  /** Relations whose key is in this table. */
  readonly owning: readonly Relation[];
  /** All other relations: their rows or keys are elsewhere. */
  readonly remote: readonly Relation[];
}

/**
 * @throws ConfigurationError when the data source does not know the model
 */
export function modelFacts(dataSource: DataSource, model: Function): ModelFacts {
  if (!dataSource.isInitialized) {
    throw new ConfigurationError(
      `The data source of ${model.name} is not connected yet: await dataSource.initialize() before making a ModelRepository.`,
      { model: model.name },
    );
  }
  if (!dataSource.hasMetadata(model)) {
    throw new ConfigurationError(
      `The data source does not know ${model.name}: list it in 'entities', or set 'autoLoadEntities' and pass it to SqlModelExtModule.forFeature().`,
      { model: model.name },
    );
  }
  return factsOf(dataSource.getMetadata(model));
}

const known = new WeakMap<EntityMetadata, ModelFacts>();

/** The facts of a model by its metadata, which belongs to one data source. */
export function factsOf(metadata: EntityMetadata): ModelFacts {
  let facts = known.get(metadata);
  if (!facts) known.set(metadata, (facts = workOut(metadata)));
  return facts;
}

function workOut(metadata: EntityMetadata): ModelFacts {
  const fields = new Map<Column, FieldDeclaration>();
  for (const column of metadata.columns) {
    const field = fieldOfColumn(column);
    if (field) fields.set(column, field);
  }
  const own = metadata.columns.filter((column) => !column.isVirtual && !column.isVirtualProperty);
  return {
    dataSource: metadata.dataSource,
    metadata,
    name: metadata.name,
    target: metadata.target as new () => ObjectLiteral,
    primaryColumns: metadata.primaryColumns,
    names: new Set(
      [...metadata.columns, ...metadata.relations].map(({ propertyPath }) => propertyPath.split('.', 1)[0]),
    ),
    counted: own.find((column) => column.isGenerated && column.generationStrategy === 'increment'),
    fields,
    insertable: own.filter((column) => column.isInsert),
    filledByDatabase: metadata
      .getInsertionReturningColumns()
      .filter((column) => !column.isVirtual && !column.isVirtualProperty),
    computedOnUpdate: own.filter((column) => column.generatedType !== undefined),
    version: metadata.versionColumn,
    updatable: own.filter((column) => column.isUpdate && !column.isPrimary && !isKeptByServer(column)),
    owning: metadata.relations.filter((relation) => relation.isWithJoinColumn),
    remote: metadata.relations.filter((relation) => !relation.isWithJoinColumn),
  };
}

/** Columns that only the library or the database writes. */
export function isKeptByServer(column: Column): boolean {
  return (
    column.isCreateDate ||
    column.isUpdateDate ||
    column.isVersion ||
    column.isDiscriminator ||
    column.isTreeLevel ||
    column.isMaterializedPath ||
    column.isNestedSetLeft ||
    column.isNestedSetRight ||
    column.generatedType !== undefined ||
    column.isGenerated
  );
}
