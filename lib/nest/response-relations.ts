import type { DataSource } from 'typeorm';
import type { RelationOptions } from './options.js';

/** What happens with relations that a response model shows and a handler did not load. */
export type ResponseRelations = NonNullable<RelationOptions['responses']>;

const known = new WeakMap<DataSource, ResponseRelations>();

/** Sets what happens with relations that a response model shows, for the entities of a data source. */
export function configureResponses(dataSource: DataSource, relations: ResponseRelations | undefined): void {
  if (relations === undefined) known.delete(dataSource);
  else known.set(dataSource, relations);
}

/** What happens with relations that a response model shows; default: they are loaded. */
export function responseRelationsOf(dataSource: DataSource): ResponseRelations {
  return known.get(dataSource) ?? 'load';
}
