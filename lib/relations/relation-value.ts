import type { EntityMetadata } from 'typeorm';
import { entityState } from '../hydration/index.js';

type Relation = EntityMetadata['relations'][number];

/** What an entity holds for a relation; undefined: not loaded. Embedded objects are walked. */
export function relationValue(entity: object, relation: Relation): unknown {
  const owner = embeddedOwner(entity, relation);
  return owner?.[relation.propertyName];
}

/** Puts a loaded relation on an entity; an embedded object that is missing stays missing. */
export function setRelationValue(entity: object, relation: Relation, value: unknown): void {
  const owner = embeddedOwner(entity, relation);
  if (!owner) return;
  owner[relation.propertyName] = value;
  if (Array.isArray(value)) entityState(entity)?.acceptList(relation, value);
}

/** Makes a relation of an entity count as not loaded. */
export function unloadRelation(entity: object, relation: Relation): void {
  const owner = embeddedOwner(entity, relation);
  if (owner) delete owner[relation.propertyName];
}

function embeddedOwner(entity: object, relation: Relation): Record<string, unknown> | undefined {
  let owner: unknown = entity;
  for (const name of relation.embeddedMetadata?.parentPropertyNames ?? []) {
    if (typeof owner !== 'object' || owner === null) return undefined;
    owner = (owner as Record<string, unknown>)[name];
  }
  return typeof owner === 'object' && owner !== null ? (owner as Record<string, unknown>) : undefined;
}
