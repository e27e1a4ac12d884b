import type { EntityMetadata } from 'typeorm';
import { placeOf } from './relation.js';

type Key = EntityMetadata['foreignKeys'][number];

/** A foreign key of a table, and whose it is. */
export interface ForeignKey {
  readonly key: Key;
  /** The relation that states it, or the column of a `@ForeignKey()`: `Article.author`. */
  readonly place: string;
}

/** The foreign keys of an entity's table, those of its join tables not among them. */
export function foreignKeysOf(metadata: EntityMetadata): ForeignKey[] {
  return metadata.foreignKeys.map((key) => {
    const relation = metadata.relations.find(({ foreignKeys }) => foreignKeys.includes(key));
    return { key, place: relation ? placeOf(relation) : `${metadata.name}.${key.columns[0].propertyPath}` };
  });
}

/** The columns of a foreign key as a message names them: `authorId`. */
export function columnNames({ key }: ForeignKey): string {
  return key.columns.map(({ databaseName }) => databaseName).join(', ');
}
