import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** `onDelete` of a relation that has no constraint in the database which could carry it out. */
export function actionWithoutConstraint(relation: Relation): SchemaFault | undefined {
  const { onDelete } = relation;
  const hasKey = relation.isWithJoinColumn || relation.isManyToManyOwner;
  if (!hasKey || relation.createForeignKeyConstraints || onDelete === undefined || onDelete === 'NO ACTION') {
    return undefined;
  }
  return {
    severity: 'error',
    place: placeOf(relation),
    message: `onDelete: '${onDelete}' does nothing, because createForeignKeyConstraints: false leaves the database without the constraint that would carry it out: rows keep keys of rows that are gone.`,
    fix: 'Leave createForeignKeyConstraints out, or leave onDelete out and delete such rows yourself.',
  };
}
