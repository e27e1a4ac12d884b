import type { EntityMetadata } from 'typeorm';
import { ConfigurationError, nearNames } from '../errors/index.js';

/** Which tables of a query a lock is for. */
export interface LockedTables {
  /** Whether the model's own rows are locked. */
  readonly own: boolean;
  /** The joined relations whose rows are locked, by path. */
  readonly joined: ReadonlySet<string>;
}

/**
 * What `of` names; without it the model's own rows.
 *
 * @param joined the paths that the query joins, with those that lead to them
 * @throws ConfigurationError for a name that is neither the model nor joined
 */
export function lockedTables(
  metadata: EntityMetadata,
  of: readonly string[] | undefined,
  joined: readonly string[],
): LockedTables {
  if (!of) return { own: true, joined: new Set() };
  const ownNames = [metadata.name, metadata.name.charAt(0).toLowerCase() + metadata.name.slice(1), metadata.tableName];
  const paths = new Set<string>();
  let own = false;
  for (const name of of) {
    // A relation may have the name of its own model, in lower case.
    if (name !== metadata.name && joined.includes(name)) paths.add(name);
    else if (ownNames.includes(name)) own = true;
    else throw unknownTable(metadata, name, joined);
  }
  return { own, joined: paths };
}

function unknownTable(metadata: EntityMetadata, name: string, joined: readonly string[]): ConfigurationError {
  const isRelation = metadata.relations.some(({ propertyPath }) => propertyPath === name.split('.', 1)[0]);
  const near = nearNames(name, [metadata.name, ...joined]);
  const hint = near.length > 0 ? ` Did you mean ${near.map((each) => `'${each}'`).join(' or ')}?` : '';
  const fix = isRelation
    ? ' Only rows that the query joins can be locked with it: name the relation in join, or lock its rows by a query of their own.'
    : '';
  return new ConfigurationError(
    `withForUpdate of ${metadata.name}: '${name}' in 'of' is neither the model nor a relation in join.${hint}${fix} Known are ${[metadata.name, ...joined].join(', ')}.`,
    { model: metadata.name, option: 'of', name, nearNames: near },
  );
}
