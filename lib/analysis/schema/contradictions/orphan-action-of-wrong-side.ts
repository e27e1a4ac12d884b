import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** `orphanedRowAction` anywhere but on the `@ManyToOne` of a list: there nobody reads it. */
export function orphanActionOfWrongSide(relation: Relation): SchemaFault | undefined {
  const { orphanedRowAction, inverseRelation } = relation;
  // 'nullify' is what TypeORM notes where nothing is stated.
  if (orphanedRowAction === undefined || orphanedRowAction === 'nullify') return undefined;
  if (relation.isManyToOne && inverseRelation?.isOneToMany) return undefined;
  const stated = `orphanedRowAction: '${orphanedRowAction}'`;
  const fault = { severity: 'error', place: placeOf(relation) } as const;
  if (relation.isOneToMany) {
    if (inverseRelation?.orphanedRowAction === orphanedRowAction) return undefined;
    const owner = inverseRelation
      ? placeOf(inverseRelation)
      : `the @ManyToOne of ${relation.inverseEntityMetadata.name}`;
    return {
      ...fault,
      message: `${stated} does nothing on a @OneToMany: TypeORM reads it on ${owner}, and what leaves the list keeps its row and loses its key.`,
      fix: `Move ${stated} to ${owner}.`,
    };
  }
  const why = relation.isManyToOne
    ? `no @OneToMany of ${relation.inverseEntityMetadata.name} names this relation as its inverse side, so that there is no list to leave`
    : 'it is for the lists of @OneToMany alone';
  return {
    ...fault,
    message: `${stated} does nothing here: ${why}.`,
    fix: relation.isManyToOne
      ? `Leave it out, or add the list: @OneToMany(() => ${relation.entityMetadata.name}, …) on ${relation.inverseEntityMetadata.name}.`
      : 'Leave it out.',
  };
}
