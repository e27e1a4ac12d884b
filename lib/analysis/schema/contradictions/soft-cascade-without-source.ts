import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** A stated cascade of `softRemove()` from an entity that cannot be soft-removed itself. */
export function softCascadeWithoutSource(relation: Relation): SchemaFault | undefined {
  const { entityMetadata, isCascadeSoftRemove, isCascadeRecover } = relation;
  if (!isCascadeSoftRemove && !isCascadeRecover) return undefined;
  if (entityMetadata.deleteDateColumn || isEverything(relation)) return undefined;
  const cascade = isCascadeSoftRemove ? 'soft-remove' : 'recover';
  return {
    severity: 'warning',
    place: placeOf(relation),
    message: `The cascade '${cascade}' does nothing, because ${entityMetadata.name} has no @DeleteDateColumn() and cannot be soft-removed itself.`,
    fix: `Add a @DeleteDateColumn() to ${entityMetadata.name}, or leave '${cascade}' out.`,
  };
}

/** `cascade: true`, which names nothing. */
function isEverything(relation: Relation): boolean {
  return (
    relation.isCascadeInsert &&
    relation.isCascadeUpdate &&
    relation.isCascadeRemove &&
    relation.isCascadeSoftRemove &&
    relation.isCascadeRecover
  );
}
