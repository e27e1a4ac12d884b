import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

const KEEPS: readonly (string | undefined)[] = ['SET NULL', 'SET DEFAULT'];

/** The cascade removes what the foreign key keeps: which of both happens depends on what was loaded. */
export function removeOrKeep(relation: Relation): SchemaFault | undefined {
  const { inverseRelation: owner, isCascadeRemove } = relation;
  if (!isCascadeRemove || !owner?.isWithJoinColumn || !KEEPS.includes(owner.onDelete)) return undefined;
  if (!owner.createForeignKeyConstraints) return undefined;
  // A key that cannot be set is another finding.
  if (!owner.joinColumns.every(({ isNullable }) => isNullable)) return undefined;
  const own = relation.entityMetadata.name;
  const { propertyName } = relation;
  const [them, was, are] = relation.isOneToMany ? ['them', 'were', 'are'] : ['it', 'was', 'is'];
  const they = relation.isOneToMany ? 'they' : 'it';
  return {
    severity: 'warning',
    place: placeOf(relation),
    message: `Two rules for one deletion: the cascade 'remove' deletes ${propertyName}, and onDelete: '${owner.onDelete}' of ${placeOf(owner)} keeps ${them}. remove() of one ${own} does the first where ${propertyName} ${was} loaded, and the second elsewhere.`,
    fix: `Decide: without 'remove' in the cascade (cascade: ['insert', 'update']) ${they} ${are} kept, with onDelete: 'CASCADE' on ${placeOf(owner)} ${they} ${are} deleted.`,
  };
}
