import { onHydrated, ownModelDefinition } from '../entity-model/index.js';
import { EntityState } from './entity-state.js';

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

/** The state of an entity that came from or went into the database; undefined for anything else. */
export function entityState(entity: object): EntityState | undefined {
  return Stamp.read(entity);
}

/** Gives an entity its state, or takes it away: then it counts as new. */
export function setEntityState(entity: object, state: EntityState | undefined): void {
  Stamp.write(entity, state);
}

onHydrated((entity, metadata, row, reader) => {
  if (!ownModelDefinition(entity.constructor)) return;
  const state = new EntityState(metadata, row, reader);
  if (reader.joined.length > 0) state.acceptJoined(entity);
  new Stamp(entity, state);
});
