import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';
import { isRemovedForAll } from './cascade-remove-for-all.js';

/** `softRemove()` that cascades to rows that have no date of deletion. */
export function softCascadeWithoutDate(relation: Relation): SchemaFault | undefined {
  const { entityMetadata, inverseEntityMetadata: target, isCascadeSoftRemove, isCascadeRecover } = relation;
  if (!isCascadeSoftRemove && !isCascadeRecover) return undefined;
  if (!entityMetadata.deleteDateColumn || target.deleteDateColumn) return undefined;
  // `cascade: true` that should not reach so far is reported already, and its fix is the fix of this.
  if (isRemovedForAll(relation)) return undefined;
  const [cascade, method] = isCascadeSoftRemove ? ['soft-remove', 'softRemove()'] : ['recover', 'recover()'];
  return {
    severity: 'error',
    place: placeOf(relation),
    message: `The cascade '${cascade}' leads to ${target.name}, which has no @DeleteDateColumn(): ${method} of one ${entityMetadata.name} with ${relation.propertyName} loaded throws MissingDeleteDateColumnError.`,
    fix: `Add a @DeleteDateColumn() to ${target.name}, or name the cascades without '${cascade}': cascade: ['insert', 'update'].`,
  };
}
