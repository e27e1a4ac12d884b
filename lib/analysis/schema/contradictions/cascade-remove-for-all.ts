import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/**
 * `cascade: true`, or with 'remove', towards something that others share: `remove()` of one row, with the relation
 * loaded, removes it for all.
 */
export function cascadeRemoveForAll(relation: Relation): SchemaFault | undefined {
  if (!isRemovedForAll(relation)) return undefined;
  const own = relation.entityMetadata.name;
  const target = relation.inverseEntityMetadata.name;
  const others = relation.isManyToMany
    ? `and the other rows of ${own} lose it`
    : othersLose(own, relation.onDelete ?? 'NO ACTION');
  return {
    severity: 'warning',
    place: placeOf(relation),
    message: `The cascade 'remove' leads to what others share: remove() of one ${own} with ${relation.propertyName} loaded removes its ${target} too, ${others}.`,
    fix: "Name what you need: cascade: ['insert', 'update'].",
  };
}

/** Whether `remove()` of one row removes what other rows have as well. */
export function isRemovedForAll(relation: Relation): boolean {
  if (!relation.isCascadeRemove) return false;
  return relation.isManyToMany || (relation.isManyToOne && !isExclusive(relation));
}

function othersLose(own: string, onDelete: string): string {
  switch (onDelete) {
    case 'CASCADE':
      return `and the database all other rows of ${own} that belong to it`;
    case 'SET NULL':
    case 'SET DEFAULT':
      return `and the other rows of ${own} lose it`;
    default:
      return `which the database refuses as soon as another ${own} belongs to it`;
  }
}

/** Whether the key is unique: then it is a one-to-one relation by another name. */
function isExclusive({ joinColumns, entityMetadata }: Relation): boolean {
  const names = new Set(joinColumns.map(({ databaseName }) => databaseName));
  const uniques = [
    ...entityMetadata.uniques.map(({ columns }) => columns),
    ...entityMetadata.indices.filter(({ isUnique }) => isUnique).map(({ columns }) => columns),
    entityMetadata.primaryColumns,
  ];
  return uniques.some((columns) => columns.every(({ databaseName }) => names.has(databaseName)));
}
