import type { DataSource } from 'typeorm';
import { engineOf } from '../entity-model/index.js';

/** The schemas that entities name, as the one parameter of a query on PostgreSQL; elsewhere there is none. */
export function schemasOf(dataSource: DataSource): unknown[] {
  if (engineOf(dataSource) !== 'postgres') return [];
  return [[...new Set(dataSource.entityMetadatas.flatMap(({ schema }) => schema ?? []))]];
}
