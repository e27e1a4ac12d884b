import { isDeepStrictEqual } from 'node:util';
import { Entity, getMetadataArgsStorage, Index, Unique } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { lineage, markDataModel } from '../field-types/index.js';
import { ignoresExtra } from './extra-ignore-marker.js';
import { defineModel, ownModelDefinition } from './model-definition.js';
import type { ModelOptions } from './model-options.js';
import { hasVersion } from './has-version.js';
import { extendsTableBase } from './table-marker.js';
import { VersionField } from './version-field.js';

const TABLE_OPTIONS = [
  'tableName',
  'abstract',
  'indexes',
  'uniques',
  'uuidVersion',
  'versionColumn',
  'cacheTtl',
] as const;
const LATER_OPTIONS = ['polymorphic', 'identity', 'discriminator'];

/**
 * The one class decorator. A class built on a table base (`TableBase`, `UuidTableBase`, `Table(Base)`,
 * `UuidTable(Base)`) becomes a table; any other class becomes a data model: validated input, shaped output.
 *
 * @throws ConfigurationError at class definition for options that are unknown, contradictory or not built yet
 */
export function Model(options: ModelOptions = {}): ClassDecorator {
  return (model) => {
    checkOptions(model, options);
    const previous = ownModelDefinition(model);
    const merged = Object.freeze({ ...inheritedOptions(model), ...options });
    if (previous) {
      if (isDeepStrictEqual(previous.options, merged)) return;
      throw new ConfigurationError(`${model.name} has two @Model() decorators that contradict each other: keep one.`);
    }
    const table = extendsTableBase(model) && options.abstract !== true;
    markDataModel(model, { extra: ignoresExtra(model) ? 'ignore' : 'forbid' });
    defineModel(model, { options: merged, table });
    if (options.versionColumn !== undefined) addVersion(model, options.versionColumn);
    refuseRedefinedRelations(model);
    if (table) registerTable(model, options);
    if (extendsTableBase(model)) registerConstraints(model, options);
  };
}

function checkOptions(model: Function, options: ModelOptions): void {
  for (const name of Object.keys(options)) {
    if (LATER_OPTIONS.includes(name)) {
      throw new ConfigurationError(`@Model on ${model.name}: the option '${name}' is not built yet. Remove it.`, {
        option: name,
      });
    }
    if (!(TABLE_OPTIONS as readonly string[]).includes(name)) {
      throw new ConfigurationError(
        `@Model on ${model.name}: unknown option '${name}'. Allowed are ${TABLE_OPTIONS.join(', ')}.`,
        { option: name },
      );
    }
    if (!extendsTableBase(model)) {
      throw new ConfigurationError(
        `@Model on ${model.name}: '${name}' is for tables, but ${model.name} extends no table base. Extend Table(…) or UuidTable(…), or remove the option.`,
        { option: name },
      );
    }
  }
  const { cacheTtl, uuidVersion } = options;
  if (cacheTtl !== undefined && !(Number.isInteger(cacheTtl) && cacheTtl > 0)) {
    throw new ConfigurationError(
      `@Model on ${model.name}: cacheTtl must be a positive integer of seconds, but is ${String(cacheTtl)}.`,
    );
  }
  if (uuidVersion !== undefined && uuidVersion !== 4 && uuidVersion !== 7) {
    throw new ConfigurationError(`@Model on ${model.name}: uuidVersion must be 4 or 7, but is ${String(uuidVersion)}.`);
  }
}

/** The version under a name of the model's own. */
function addVersion(model: Function, property: unknown): void {
  const fail = (reason: string): never => {
    throw new ConfigurationError(`@Model on ${model.name}: versionColumn ${reason}.`, { option: 'versionColumn' });
  };
  if (typeof property !== 'string' || property === '') return fail('must be the name of a property');
  if (hasVersion(model)) {
    fail(`'${property}' would be a second version: remove it, or OptimisticLock() and @VersionColumn()`);
  }
  const { columns } = getMetadataArgsStorage();
  const classes = new Set<unknown>(lineage(model));
  if (columns.some(({ target, propertyName }) => propertyName === property && classes.has(target))) {
    fail(`'${property}' has a field type or a column already: declare it as 'declare ${property}: number' alone`);
  }
  VersionField()(model.prototype as object, property);
}

function registerTable(model: Function, options: ModelOptions): void {
  const parents = lineage(model).slice(0, -1);
  const tableParent = parents.find((parent) => ownModelDefinition(parent)?.table === true);
  if (tableParent) {
    throw new ConfigurationError(
      `${model.name} extends the table ${tableParent.name}: polymorphic tables are not built yet. Extend the data class below ${tableParent.name}, or make ${tableParent.name} abstract.`,
    );
  }
  if (getMetadataArgsStorage().tables.some((table) => table.target === model)) {
    throw new ConfigurationError(`${model.name} has both @Model() and @Entity(): remove @Entity().`);
  }
  Entity(options.tableName === undefined ? {} : { name: options.tableName })(model);
}

/**
 * A relation is declared once: a second declaration would change its target or its key for one class alone, and a column
 * of its name would be both.
 */
function refuseRedefinedRelations(model: Function): void {
  const { columns, relations } = getMetadataArgsStorage();
  const parents = lineage(model).slice(0, -1).reverse();
  for (const { propertyName } of [...relations, ...columns].filter(({ target }) => target === model)) {
    const owner = parents.find((parent) =>
      relations.some((relation) => relation.target === parent && relation.propertyName === propertyName),
    );
    if (!owner) continue;
    throw new ConfigurationError(
      `${model.name}.${propertyName} declares again a relation that it inherits from ${owner.name}: remove it from ${model.name}, or give it another name.`,
      { model: model.name, parent: owner.name, relation: propertyName },
    );
  }
}

/** Options of the abstract tables above, the nearest first; the name of a table is its own. */
function inheritedOptions(model: Function): ModelOptions {
  const parents = lineage(model).slice(0, -1);
  const { uuidVersion, cacheTtl } = Object.assign(
    {},
    ...parents.map((parent) => ownModelDefinition(parent)?.options),
  ) as ModelOptions;
  return { ...(uuidVersion === undefined ? {} : { uuidVersion }), ...(cacheTtl === undefined ? {} : { cacheTtl }) };
}

/** TypeORM hands the constraints of an abstract class down to the tables below. */
function registerConstraints(model: Function, options: ModelOptions): void {
  for (const { columns, name } of options.indexes ?? []) {
    if (name === undefined) Index([...columns])(model);
    else Index(name, [...columns])(model);
  }
  for (const { columns, name } of options.uniques ?? []) {
    if (name === undefined) Unique([...columns])(model);
    else Unique(name, [...columns])(model);
  }
}
