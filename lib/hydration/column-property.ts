import type { EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];
type Relation = EntityMetadata['relations'][number];
type Owner = Record<string, unknown>;

/**
 * The value of a column's own property, embedded objects included. Unlike TypeORM's `getEntityValue` it
 * never looks through a loaded relation, whose key may differ from the foreign key's property.
 */
export function columnProperty(entity: object, column: Column): unknown {
  return embeddedOwner(entity, column.embeddedMetadata)?.[column.propertyName];
}

/**
 * What an entity holds for a relation; undefined: not loaded. A lazy relation is looked at without being
 * read, because reading it is a query.
 */
export function relationProperty(entity: object, relation: Relation): unknown {
  const owner = embeddedOwner(entity, relation.embeddedMetadata);
  if (!owner) return undefined;
  if (!relation.isLazy) return owner[relation.propertyName];
  return owner[`__has_${relation.propertyName}__`] === true ? owner[`__${relation.propertyName}__`] : undefined;
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
      owner = (owner as Owner)[name];
    }
  }
  return typeof owner === 'object' && owner !== null ? (owner as Owner) : undefined;
}
