import type { EntityMetadata } from 'typeorm';
import { onHydrated, onRelationsQueried, ownModelDefinition, type RowReader } from '../entity-model/index.js';
import { relationProperty } from './column-property.js';
import { EntityState } from './entity-state.js';

type Embedded = EntityMetadata['embeddeds'][number];

/** Returns the object it is given, so that a subclass can put a private field on it. */
const Adopt = function (entity: object) {
  return entity;
} as unknown as new (entity: object) => object;

/**
 * Puts an entity's state on the entity itself in a private field: invisible to keys, JSON, equality,
 * structuredClone and Proxy traps, and gone with the entity.
 */
class Stamp extends Adopt {
  #state: EntityState | undefined;

  constructor(entity: object, state: EntityState) {
    super(entity);
    this.#state = state;
  }

  static read(entity: object): EntityState | undefined {
    return #state in entity ? entity.#state : undefined;
  }

  static write(entity: object, state: EntityState | undefined): void {
    if (#state in entity) entity.#state = state;
    else if (state) new Stamp(entity, state);
  }
}

/** The part of an entity that an embedded object is. */
export interface EmbeddedPart {
  readonly entity: object;
  readonly embedded: Embedded;
}

/** Puts on an embedded object what it is a part of. */
class PartStamp extends Adopt {
  #part: EmbeddedPart;

  constructor(object: object, part: EmbeddedPart) {
    super(object);
    this.#part = part;
  }

  static read(object: object): EmbeddedPart | undefined {
    return #part in object ? object.#part : undefined;
  }

  static write(object: object, part: EmbeddedPart): void {
    if (#part in object) object.#part = part;
    else new PartStamp(object, part);
  }
}

/** The state of an entity that came from or went into the database; undefined for anything else. */
export function entityState(entity: object): EntityState | undefined {
  return Stamp.read(entity);
}

/** Gives an entity its state, or takes it away: then it counts as new. */
export function setEntityState(entity: object, state: EntityState | undefined): void {
  const isNew = state !== undefined && Stamp.read(entity) === undefined;
  Stamp.write(entity, state);
  if (isNew) stepFor?.(state.metadata, undefined)?.(entity, state);
}

/** The part of an entity that an embedded object is; undefined when it did not come with its entity's row. */
export function embeddedPart(object: object): EmbeddedPart | undefined {
  return PartStamp.read(object);
}

/** Notes that an embedded object is a part of an entity. */
export function setEmbeddedPart(object: object, part: EmbeddedPart): void {
  PartStamp.write(object, part);
}

/** What else happens to an entity when it gets its state. */
export type StampStep = (entity: object, state: EntityState) => void;

/** Makes the step for the rows of one query, or for entities that were written; undefined: nothing to do. */
export type StampStepFactory = (metadata: EntityMetadata, reader: RowReader | undefined) => StampStep | undefined;

let stepFor: StampStepFactory | undefined;
let isStamped = (metadata: EntityMetadata): boolean =>
  typeof metadata.target === 'function' && ownModelDefinition(metadata.target) !== undefined;

/** Sets what else happens to entities when they get their state. The factory is asked once for each query. */
export function onStamp(factory: StampStepFactory): void {
  stepFor = factory;
}

/** Sets which classes get a state besides models. */
export function stampAlso(rule: (metadata: EntityMetadata) => boolean): void {
  const isModel = isStamped;
  isStamped = (metadata) => isModel(metadata) || rule(metadata);
}

/** What happens to the rows of one query: undefined when their class has no state. */
interface Plan {
  readonly step: StampStep | undefined;
}

const plans = new WeakMap<RowReader, Plan | null>();

function planOf(metadata: EntityMetadata, reader: RowReader): Plan | null {
  let plan = plans.get(reader);
  if (plan === undefined) {
    plan = isStamped(metadata) ? { step: stepFor?.(metadata, reader) } : null;
    plans.set(reader, plan);
  }
  return plan;
}

onHydrated((entity, metadata, row, reader, context) => {
  const plan = planOf(metadata, reader);
  if (!plan) return;
  const state = new EntityState(metadata, row, reader, context);
  if (reader.joined.length > 0) state.acceptJoined(entity);
  new Stamp(entity, state);
  plan.step?.(entity, state);
});

onRelationsQueried((entities, relations) => {
  for (const entity of entities) {
    const state = Stamp.read(entity);
    if (!state) continue;
    for (const relation of relations) {
      const value = relationProperty(entity, relation);
      if (value !== undefined) state.acceptRelation(relation, value);
    }
  }
});
