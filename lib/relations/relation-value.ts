import type { EntityMetadata } from 'typeorm';
import { embeddedOwner, entityState, relationProperty } from '../hydration/index.js';

type Relation = EntityMetadata['relations'][number];

/** What an entity holds for a relation; undefined: not loaded. */
export const relationValue = relationProperty;

/** Puts a loaded relation on an entity; an embedded object that is missing stays missing. */
export function setRelationValue(entity: object, relation: Relation, value: unknown): void {
  const owner = embeddedOwner(entity, relation.embeddedMetadata);
  if (!owner) return;
  if (relation.isLazy) relation.setEntityValue(entity, value);
  else owner[relation.propertyName] = value;
  entityState(entity)?.acceptRelation(relation, value);
}

/** Makes a relation of an entity count as not loaded. */
export function unloadRelation(entity: object, relation: Relation): void {
  const owner = embeddedOwner(entity, relation.embeddedMetadata);
  if (!owner) return;
  entityState(entity)?.forgetRelation(relation);
  if (relation.isLazy) {
    delete owner[`__has_${relation.propertyName}__`];
    delete owner[`__${relation.propertyName}__`];
  } else delete owner[relation.propertyName];
}
