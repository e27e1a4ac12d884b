import type { EntityMetadata } from 'typeorm';
import { peek } from '../entity-model/index.js';
import type { FieldDeclaration } from '../field-types/index.js';
import { entityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import type { ShownRelations } from './load-shown-relations.js';
import type { ResponsePlan, ShownRelation } from './response-plan.js';

type Result = Record<string, unknown>;

/**
 * An answer as instances of its data classes that hold the declared properties alone. What the answer does not have is
 * left out, and so is what leads back to an object above it, and what was loaded for another place of the answer.
 */
export function projection(plan: ResponsePlan, answer: unknown, relations: Added): Projected {
  return new Projection(relations).run(plan, answer);
}

type Added = Pick<ShownRelations, 'isAdded'>;

/** What an answer has become. */
export interface Projected {
  readonly value: unknown;
  /** Whether it may lead back to itself: by objects whose data class is not known, which are as they were. */
  readonly isOpen: boolean;
}

class Projection {
  /** The objects above, with what they have become. */
  readonly #above = new Map<object, Result>();
  /** Getters of the data classes: they may need anything of the answer, so they come last. */
  readonly #computed: (() => void)[] = [];

  #isOpen = false;

  constructor(private readonly relations: Added) {}

  run(plan: ResponsePlan, answer: unknown): Projected {
    const value = this.#value(plan, answer);
    for (const compute of this.#computed) compute();
    return { value, isOpen: this.#isOpen };
  }

  #value(plan: ResponsePlan, value: unknown, expected?: EntityMetadata): unknown {
    if (Array.isArray(value)) {
      const items: unknown[] = value;
      return items.filter((item) => !this.#isAbove(item)).map((item) => this.#value(plan, item, expected));
    }
    if (typeof value !== 'object' || value === null) return value;
    const metadata = entityState(value)?.metadata ?? (isInstance(value, expected) ? expected : undefined);
    return this.#object(plan, value, value, metadata, '');
  }

  /**
   * @param entity the object itself, or the entity whose embedded object it is
   * @param prefix path of the embedded object, such as `address.`
   */
  #object(
    plan: ResponsePlan,
    source: object,
    entity: object,
    metadata: EntityMetadata | undefined,
    prefix: string,
  ): Result {
    const result = Object.create(plan.model.prototype as object) as Result;
    const relations = metadata && plan.relationsOf(metadata, prefix);
    this.#above.set(source, result);
    for (const property of plan.properties) {
      const { name, field, nested, inherited } = property;
      const relation = relations?.get(name);
      const given = relation ? relationValue(entity, relation.relation) : peek(source, name);
      if (given === undefined) {
        if (property.computed && property.exposed) this.#compute(result, name);
      } else if (this.#isAbove(given)) {
        // Not shown again; getters of the data class find it, and `@Expose()` would.
        this.#isOpen = true;
        Object.defineProperty(result, name, { value: this.#above.get(given), configurable: true, writable: true });
      } else if (relation) {
        if (this.#isShown(entity, relation)) put(result, name, this.#target(relation, given), inherited);
      } else if (nested) {
        const inside = plan.inside(property) as ResponsePlan;
        const isEmbedded = metadata?.findEmbeddedWithPropertyPath(prefix + name) !== undefined && isObject(given);
        const shown = isEmbedded
          ? this.#object(inside, given, entity, metadata, `${prefix}${name}.`)
          : this.#value(inside, given);
        put(result, name, shown, inherited);
      } else {
        if (!field && typeof given === 'object') this.#isOpen = true;
        put(result, name, serialized(field, given), inherited);
      }
    }
    this.#above.delete(source);
    return result;
  }

  /** Whether a relation that is there belongs to this place: the handler loaded it, or it was loaded for this place. */
  #isShown(entity: object, { relation, isLoaded }: ShownRelation): boolean {
    return isLoaded || !this.relations.isAdded(entity, relation);
  }

  #target({ relation, below }: ShownRelation, value: unknown): unknown {
    if (below) return this.#value(below, value, relation.inverseEntityMetadata);
    this.#isOpen = true;
    return value;
  }

  #isAbove(value: unknown): value is object {
    return isObject(value) && this.#above.has(value);
  }

  #compute(result: Result, name: string): void {
    this.#computed.push(() => {
      put(result, name, result[name], true);
    });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInstance(value: object, metadata: EntityMetadata | undefined): boolean {
  return typeof metadata?.target === 'function' && value instanceof metadata.target;
}

function serialized(field: FieldDeclaration | undefined, value: unknown): unknown {
  return value !== null && field?.spec.serialize ? field.spec.serialize(value) : value;
}

/** Puts a value on an instance; its class may have an accessor there. */
function put(result: Result, name: string, value: unknown, inherited: boolean): void {
  if (inherited) Object.defineProperty(result, name, { value, enumerable: true, writable: true, configurable: true });
  else result[name] = value;
}
