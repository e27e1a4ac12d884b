import type { EntityMetadata } from 'typeorm';
import { nearNames, UnknownRelationError } from '../errors/index.js';

type Relation = EntityMetadata['relations'][number];

/** What to load on entities of one class: relations, and what to load on their targets. */
export type LoadPlan = ReadonlyMap<Relation, LoadPlan>;

/**
 * Relation paths as a plan: paths with a common beginning share it.
 *
 * @throws UnknownRelationError for a path that names no relation, with near names
 */
export function loadPlan(metadata: EntityMetadata, paths: readonly string[]): LoadPlan {
  const plan = new Map<Relation, Map<Relation, LoadPlan>>();
  for (const path of paths) addPath(plan, metadata, path);
  return plan;
}

function addPath(plan: Map<Relation, LoadPlan>, metadata: EntityMetadata, path: string): void {
  let level = plan as Map<Relation, Map<Relation, LoadPlan>>;
  let model = metadata;
  let rest = path;
  while (rest !== '') {
    // An embedded object's relation has a dotted property path of its own: the longest match counts.
    const relation = model.relations
      .filter(({ propertyPath }) => rest === propertyPath || rest.startsWith(`${propertyPath}.`))
      .sort((a, b) => b.propertyPath.length - a.propertyPath.length)
      .at(0);
    if (!relation) throw unknownRelation(model, path, rest.split('.', 1)[0]);
    const next = (level.get(relation) ?? new Map<Relation, LoadPlan>()) as Map<Relation, Map<Relation, LoadPlan>>;
    level.set(relation, next);
    level = next;
    model = relation.inverseEntityMetadata;
    rest = rest.slice(relation.propertyPath.length + 1);
  }
}

function unknownRelation(metadata: EntityMetadata, path: string, name: string): UnknownRelationError {
  const known = metadata.relations.map(({ propertyPath }) => propertyPath);
  return new UnknownRelationError(metadata.name, path, name, known, nearNames(name, known));
}
