import type { EntityMetadata } from 'typeorm';
import { quietRead } from '../entity-model/index.js';

type Column = EntityMetadata['columns'][number];
type Relation = EntityMetadata['relations'][number];
type Owner = Record<string, unknown>;

/**
 * The value of a column's own property, embedded objects included. Unlike TypeORM's `getEntityValue` it
 * never looks through a loaded relation, whose key may differ from the foreign key's property.
 */
export function columnProperty(entity: object, column: Column): unknown {
  const owner = embeddedOwner(entity, column.embeddedMetadata);
  return owner && quietRead(owner, column.propertyName);
}

/**
 * What an entity holds for a relation; undefined: not loaded. A lazy relation is looked at without being
 * read, because reading it is a query.
 */
export function relationProperty(entity: object, relation: Relation): unknown {
  const owner = embeddedOwner(entity, relation.embeddedMetadata);
  if (!owner) return undefined;
  if (!relation.isLazy) return quietRead(owner, relation.propertyName);
  // TypeORM notes `__has_…__` only for what it has loaded lazily; this is there for joined relations too.
  return owner[`__${relation.propertyName}__`];
}

/** The object that a property belongs to: the entity, or an embedded object in it; undefined when that is missing. */
export function embeddedOwner(
  entity: object,
  embedded: { readonly parentPropertyNames: readonly string[] } | undefined,
): Owner | undefined {
  let owner: unknown = entity;
  if (embedded) {
    for (const name of embedded.parentPropertyNames) {
      if (typeof owner !== 'object' || owner === null) return undefined;
      owner = quietRead(owner, name);
    }
  }
  return typeof owner === 'object' && owner !== null ? (owner as Owner) : undefined;
}
