import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** `onDelete` on the side without the foreign key, where TypeORM does not read it. */
export function actionOfInverseSide(relation: Relation): SchemaFault | undefined {
  const { inverseRelation, onDelete, onUpdate } = relation;
  if (!relation.isOneToMany && !relation.isOneToOneNotOwner) return undefined;
  const [option, stated, real] =
    onDelete !== undefined && onDelete !== (inverseRelation?.onDelete ?? 'NO ACTION')
      ? (['onDelete', onDelete, inverseRelation?.onDelete] as const)
      : (['onUpdate', onUpdate, inverseRelation?.onUpdate] as const);
  // The same on both sides does no harm.
  if (stated === undefined || stated === (real ?? 'NO ACTION')) return undefined;
  const owner = inverseRelation ? placeOf(inverseRelation) : `the other side, ${relation.inverseEntityMetadata.name}`;
  return {
    severity: 'error',
    place: placeOf(relation),
    message: `${option}: '${stated}' does nothing here: the foreign key belongs to ${owner}, which says ${real === undefined ? 'nothing, so that the database refuses' : `'${real}'`}.`,
    fix: `Move ${option}: '${stated}' to ${owner}.`,
  };
}
