import type { EntityMetadata } from 'typeorm';
import { ownModelDefinition, peek } from '../entity-model/index.js';
import { columnProperty, embeddedOwner, entityState } from '../hydration/index.js';
import {
  comparableKey,
  KnownEntities,
  loadRelation,
  oneCall,
  relationValue,
  setRelationValue,
} from '../relations/index.js';
import { MissingRelations, type Origin } from './missing-relations.js';
import type { ResponsePlan } from './response-plan.js';
import { responseRelationsOf, type ResponseRelations } from './response-relations.js';

type Relation = EntityMetadata['relations'][number];

/** Entities of one class at one place of an answer. */
interface Group {
  readonly plan: ResponsePlan;
  readonly metadata: EntityMetadata;
  readonly origin: Origin;
  readonly entities: object[];
}

/** What was done for one answer. */
export interface ShownRelations {
  /** Relations that the handler should have loaded and did not; nothing was loaded in their place. */
  readonly missing: MissingRelations;
  /** Whether a relation was put on an entity for this answer: the handler had not loaded it. */
  isAdded(entity: object, relation: Relation): boolean;
}

/**
 * Completes an answer: finds its entities wherever the response model has a place for them, and loads the relations
 * that the model shows there and that are missing, level by level. Each level is one query for each relation, however
 * many entities there are. What is loaded already stays the same object, and a row that is in the answer already
 * becomes the same object again.
 *
 * @param given what happens with missing relations; undefined: what the data source of the entities says
 */
export async function loadShownRelations(
  plan: ResponsePlan,
  answer: unknown,
  given?: ResponseRelations,
): Promise<ShownRelations> {
  const completion = new Completion(given);
  await oneCall('once')(() => completion.run(plan, answer));
  return completion;
}

class Completion implements ShownRelations {
  readonly missing = new MissingRelations();
  readonly #known = new KnownEntities();
  readonly #added = new WeakMap<object, Set<Relation>>();
  readonly #seen = new Map<ResponsePlan, Set<object>>();
  #groups: Group[] = [];

  constructor(private readonly given: ResponseRelations | undefined) {}

  isAdded(entity: object, relation: Relation): boolean {
    return this.#added.get(entity)?.has(relation) === true;
  }

  async run(plan: ResponsePlan, answer: unknown): Promise<void> {
    this.#find(plan, answer);
    while (this.#groups.length > 0) {
      const level = this.#groups;
      this.#groups = [];
      await this.#complete(level);
      for (const group of level) this.#descend(group);
    }
  }

  /** Groups the entities in a value; what is not an entity is looked into where the model expects nested data. */
  #find(
    plan: ResponsePlan,
    value: unknown,
    expected?: EntityMetadata,
    origin?: (root: EntityMetadata) => Origin,
  ): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#find(plan, item, expected, origin);
      return;
    }
    if (typeof value !== 'object' || value === null || this.#wasSeen(plan, value)) return;
    const metadata = entityState(value)?.metadata ?? (expected && isRowOf(expected, value) ? expected : undefined);
    if (metadata) this.#add(plan, metadata, (origin ?? this.missing.from)(metadata), value);
    else this.#findInside(plan, value);
  }

  #findInside(plan: ResponsePlan, object: object, metadata?: EntityMetadata): void {
    for (const property of plan.properties) {
      if (!property.exposed || !property.nested) continue;
      if (metadata && isMapped(metadata, property.name)) continue;
      const inside = plan.inside(property);
      if (inside) this.#find(inside, peek(object, property.name));
    }
  }

  #wasSeen(plan: ResponsePlan, value: object): boolean {
    let seen = this.#seen.get(plan);
    if (!seen) this.#seen.set(plan, (seen = new Set()));
    if (seen.has(value)) return true;
    seen.add(value);
    return false;
  }

  #add(plan: ResponsePlan, metadata: EntityMetadata, origin: Origin, entity: object): void {
    this.#known.add(metadata, entity);
    const group = this.#groups.find(
      (other) => other.plan === plan && other.metadata === metadata && other.origin === origin,
    );
    if (group) group.entities.push(entity);
    else this.#groups.push({ plan, metadata, origin, entities: [entity] });
  }

  /** Loads what is missing at one level: for all places together, so that no query is sent twice. */
  async #complete(level: readonly Group[]): Promise<void> {
    const missing = new Map<Relation, { entities: Set<object>; isShaped: boolean }>();
    for (const { plan, metadata, origin, entities } of level) {
      for (const shown of plan.allRelationsOf(metadata)) {
        const { relation, below } = shown;
        const incomplete = shown.isLoaded ? entities.filter((entity) => isMissing(entity, relation)) : [];
        if (incomplete.length === 0) continue;
        if ((this.given ?? responseRelationsOf(metadata.dataSource)) === 'throw') {
          this.missing.add(origin, shown);
          continue;
        }
        let load = missing.get(relation);
        if (!load) missing.set(relation, (load = { entities: new Set(), isShaped: false }));
        for (const entity of incomplete) load.entities.add(entity);
        load.isShaped ||= below !== undefined;
      }
    }
    for (const [relation, { entities, isShaped }] of missing) {
      await loadRelation(relation.entityMetadata.dataSource, [...entities], relation, {
        keepLoaded: true,
        // What goes out as it is must not be an object that more is put on.
        ...(isShaped ? { known: this.#known } : {}),
      });
      for (const entity of entities) this.#note(entity, relation);
    }
  }

  #note(entity: object, relation: Relation): void {
    const added = this.#added.get(entity);
    if (added) added.add(relation);
    else this.#added.set(entity, new Set([relation]));
  }

  #descend({ plan, metadata, origin, entities }: Group): void {
    const relations = plan.allRelationsOf(metadata).filter(({ property }) => property.exposed);
    for (const entity of entities) {
      let isComplete = true;
      for (const { relation, below, isLoaded } of relations) {
        const value = relationValue(entity, relation);
        if (isLoaded && isMissing(entity, relation)) isComplete = false;
        if (!below || value === undefined || (!isLoaded && this.isAdded(entity, relation))) continue;
        this.#pointBack(entity, relation, below);
        this.#find(below, value, relation.inverseEntityMetadata, () => origin.behind(relation));
      }
      // A getter may need what is missing.
      if (isComplete) this.#findInside(plan, entity, metadata);
    }
  }

  /** Puts an entity on the rows that point at it, where the model shows that and the rule leaves it out: for getters. */
  #pointBack(entity: object, relation: Relation, below: ResponsePlan): void {
    const inverse = relation.inverseRelation;
    if (!inverse || !(relation.isOneToMany || relation.isOneToOneNotOwner)) return;
    for (const target of objectsIn(relationValue(entity, relation))) {
      const metadata = entityState(target)?.metadata ?? relation.inverseEntityMetadata;
      const back = below.allRelationsOf(metadata).find((shown) => shown.relation.propertyPath === inverse.propertyPath);
      if (!back || back.isLoaded || !isMissing(target, back.relation) || !pointsAt(target, back.relation, entity)) {
        continue;
      }
      setRelationValue(target, back.relation, entity);
      this.#note(target, back.relation);
    }
  }
}

/** A relation in an embedded object that is null has no place, so nothing of it is missing. */
function isMissing(entity: object, relation: Relation): boolean {
  return (
    relationValue(entity, relation) === undefined && embeddedOwner(entity, relation.embeddedMetadata) !== undefined
  );
}

/** Whether a property of an entity comes from its table: what is in it is no entity, or is found as a relation. */
function isMapped({ relations, embeddeds, columns }: EntityMetadata, name: string): boolean {
  return (
    embeddeds.some(({ propertyName }) => propertyName === name) ||
    [...relations, ...columns].some(({ propertyPath }) => propertyPath === name)
  );
}

/** Whether an object without a state is a row: one of a plain class that has a key. A model's rows have a state. */
function isRowOf(metadata: EntityMetadata, object: object): boolean {
  const { target } = metadata;
  return (
    typeof target === 'function' &&
    object instanceof target &&
    ownModelDefinition(target) === undefined &&
    metadata.hasId(object)
  );
}

/** Whether the keys that an entity came with are those of another. */
function pointsAt(entity: object, relation: Relation, other: object): boolean {
  return relation.joinColumns.every((column) => {
    const key = column.isVirtual ? entityState(entity)?.stored(column) : columnProperty(entity, column);
    const referenced = column.referencedColumn && columnProperty(other, column.referencedColumn);
    return key !== undefined && comparableKey(key) === comparableKey(referenced);
  });
}

function objectsIn(value: unknown): object[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === 'object' && item !== null);
}
