import type { EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];

/**
 * The value of a column's own property, embedded objects included. Unlike TypeORM's `getEntityValue` it
 * never looks through a loaded relation, whose key may differ from the foreign key's property.
 */
export function columnProperty(entity: object, column: Column): unknown {
  let owner: unknown = entity;
  if (column.embeddedMetadata) {
    for (const name of column.embeddedMetadata.parentPropertyNames) {
      if (typeof owner !== 'object' || owner === null) return undefined;
      owner = (owner as Record<string, unknown>)[name];
    }
  }
  if (typeof owner !== 'object' || owner === null) return undefined;
  return (owner as Record<string, unknown>)[column.propertyName];
}
