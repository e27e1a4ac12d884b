import type { DataSource, EntityMetadata } from 'typeorm';

/**
 * The entities whose tables somebody has declared: not views, not join tables and closure tables, which TypeORM makes,
 * and not the children of a single table, which are in their parent.
 */
export function ownTables(dataSource: DataSource): EntityMetadata[] {
  return dataSource.entityMetadatas.filter(({ tableType }) => tableType === 'regular');
}
