import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** `orphanedRowAction: 'soft-delete'` for rows that have no date of deletion. */
export function orphanSoftDeleteWithoutDate(relation: Relation): SchemaFault | undefined {
  const { entityMetadata, inverseRelation, orphanedRowAction } = relation;
  if (orphanedRowAction !== 'soft-delete' || entityMetadata.deleteDateColumn) return undefined;
  if (!relation.isManyToOne || !inverseRelation?.isOneToMany) return undefined;
  return {
    severity: 'error',
    place: placeOf(relation),
    message: `orphanedRowAction: 'soft-delete' cannot be carried out, because ${entityMetadata.name} has no @DeleteDateColumn(): save() of one ${inverseRelation.entityMetadata.name} whose ${inverseRelation.propertyName} have lost one throws MissingDeleteDateColumnError.`,
    fix: `Add a @DeleteDateColumn() to ${entityMetadata.name}, or write orphanedRowAction: 'delete'.`,
  };
}
