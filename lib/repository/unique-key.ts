import { ConfigurationError, nearNames, UnknownFieldError } from '../errors/index.js';
import type { Column, ModelFacts } from './model-facts.js';

/**
 * The columns of a unique key by their property paths: of the primary key, a unique constraint or a unique index. A
 * to-one relation stands for its foreign key.
 *
 * @throws UnknownFieldError for names that the model does not have
 * @throws ConfigurationError when no unique key has just these columns: two rows could be meant
 */
export function uniqueKeyOf(facts: ModelFacts, paths: readonly string[]): Column[] {
  const { metadata, name } = facts;
  if (!isList(paths) || paths.length === 0) {
    throw new ConfigurationError(`upsert(): conflict must name the properties of a unique key of ${name}.`, {
      model: name,
    });
  }
  const columns = paths.flatMap((path) => {
    const column = metadata.columns.find((each) => each.propertyPath === path && !each.isVirtual);
    const relation = facts.owning.find((each) => each.propertyPath === path);
    if (!column && !relation) {
      throw new UnknownFieldError(
        name,
        [path],
        nearNames(
          path,
          metadata.columns.map((each) => each.propertyPath),
        ),
      );
    }
    return column ? [column] : (relation?.joinColumns ?? []);
  });
  const keys = uniqueKeys(facts);
  if (keys.some((key) => key.length === columns.length && key.every((column) => columns.includes(column)))) {
    return columns;
  }
  const known = keys.map((key) => `[${key.map(({ propertyPath }) => propertyPath).join(', ')}]`).join(', ');
  throw new ConfigurationError(
    `upsert(): ${name} has no unique key over [${paths.join(', ')}], so that several rows could be meant. It has ${known}.`,
    { model: name, conflict: [...paths] },
  );
}

/** Keys that hold for every row: a partial index does not. */
function uniqueKeys({ metadata }: ModelFacts): (readonly Column[])[] {
  return [
    metadata.primaryColumns,
    ...metadata.uniques.map(({ columns }) => columns),
    ...metadata.indices.filter(({ isUnique, where }) => isUnique && !where).map(({ columns }) => columns),
  ];
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}
