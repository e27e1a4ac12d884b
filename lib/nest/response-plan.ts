import type { ClassTransformOptions } from 'class-transformer';
import type { EntityMetadata } from 'typeorm';
import { NO_OPTIONS, shapeOf, type DeclaredProperty } from './response-shape.js';

type Relation = EntityMetadata['relations'][number];

/** A relation of an entity class that a response model shows. */
export interface ShownRelation {
  readonly relation: Relation;
  readonly property: DeclaredProperty;
  /** The response model of its targets; undefined: not known, so they go out as they are. */
  readonly below: ResponsePlan | undefined;
  /** Whether it is loaded when it is missing. */
  readonly isLoaded: boolean;
}

/**
 * A response model at its place in an answer: what it shows of an entity class, and which relations are loaded for it.
 *
 * Answers are finite: a response model is not loaded below itself. A relation of a class to itself is the exception:
 * a to-one or one-to-many relation (`parent`, `children`) is followed to its end, a many-to-many one (`friends`) once.
 */
export class ResponsePlan {
  readonly properties: readonly DeclaredProperty[];
  readonly #relations = new WeakMap<EntityMetadata, Map<string, ReadonlyMap<string, ShownRelation>>>();
  readonly #all = new WeakMap<EntityMetadata, readonly ShownRelation[]>();

  private constructor(
    readonly model: Function,
    /** The response models above this one. */
    private readonly above: ReadonlySet<Function>,
    /** The relation of the model to itself that has led here, and may be followed again. */
    private readonly repeated: string | undefined,
    private readonly plans: Plans,
  ) {
    this.properties = shapeOf(model, plans.options);
  }

  /** The plan of a whole answer. */
  static of(model: Function, options: ClassTransformOptions = NO_OPTIONS): ResponsePlan {
    let ofOptions = roots.get(options);
    if (!ofOptions) roots.set(options, (ofOptions = new WeakMap()));
    let plan = ofOptions.get(model);
    if (!plan) {
      const plans: Plans = { options, byKey: new Map(), ids: new Map() };
      ofOptions.set(model, (plan = ResponsePlan.#at(plans, model, new Set(), undefined)));
    }
    return plan;
  }

  /** The plan of what a property holds by itself: data, an embedded object, or entities that the handler put there. */
  inside(property: DeclaredProperty): ResponsePlan | undefined {
    return property.nested && this.#below(property.nested, undefined);
  }

  /**
   * What is shown of the relations of an entity class, by property.
   *
   * @param prefix path of the embedded object that the model is for, such as `address.`
   */
  relationsOf(metadata: EntityMetadata, prefix = ''): ReadonlyMap<string, ShownRelation> {
    let ofClass = this.#relations.get(metadata);
    if (!ofClass) this.#relations.set(metadata, (ofClass = new Map<string, ReadonlyMap<string, ShownRelation>>()));
    let relations = ofClass.get(prefix);
    if (!relations) {
      relations = new Map(
        this.properties.flatMap((property): [string, ShownRelation][] => {
          const relation = ownRelation(metadata, prefix + property.name);
          return relation ? [[property.name, this.#shown(relation, property)]] : [];
        }),
      );
      ofClass.set(prefix, relations);
    }
    return relations;
  }

  /** What is shown of the relations of an entity class, those in embedded objects too. */
  allRelationsOf(metadata: EntityMetadata): readonly ShownRelation[] {
    let all = this.#all.get(metadata);
    if (!all) this.#all.set(metadata, (all = [...this.#relationsFrom(metadata, '')]));
    return all;
  }

  *#relationsFrom(metadata: EntityMetadata, prefix: string): Generator<ShownRelation> {
    yield* this.relationsOf(metadata, prefix).values();
    for (const property of this.properties) {
      const path = prefix + property.name;
      const inside = metadata.findEmbeddedWithPropertyPath(path) && this.inside(property);
      if (inside) yield* inside.#relationsFrom(metadata, `${path}.`);
    }
  }

  #shown(relation: Relation, property: DeclaredProperty): ShownRelation {
    const { nested, exposed } = property;
    if (!nested) return { relation, property, below: undefined, isLoaded: exposed };
    const path = relation.propertyPath;
    const isTree = nested === this.model && leadsToItself(relation);
    if (isTree && path === this.repeated) return { relation, property, below: this, isLoaded: exposed };
    return {
      relation,
      property,
      below: this.#below(nested, isTree && !this.above.has(nested) ? path : undefined),
      isLoaded: exposed && !this.above.has(nested),
    };
  }

  #below(model: Function, repeated: string | undefined): ResponsePlan {
    return ResponsePlan.#at(this.plans, model, new Set([...this.above, this.model]), repeated);
  }

  /** Places below the same response models are one place, in whatever order the models came. */
  static #at(plans: Plans, model: Function, above: ReadonlySet<Function>, repeated: string | undefined): ResponsePlan {
    const idOf = (type: Function): number => {
      let id = plans.ids.get(type);
      if (id === undefined) plans.ids.set(type, (id = plans.ids.size));
      return id;
    };
    const ids = [...above].map(idOf).sort((a, b) => a - b);
    const key = `${idOf(model)} ${ids.join()} ${repeated ?? ''}`;
    let plan = plans.byKey.get(key);
    if (!plan) plans.byKey.set(key, (plan = new ResponsePlan(model, above, repeated, plans)));
    return plan;
  }
}

/** The plans of one answer. */
interface Plans {
  readonly options: ClassTransformOptions;
  readonly byKey: Map<string, ResponsePlan>;
  readonly ids: Map<Function, number>;
}

const roots = new WeakMap<ClassTransformOptions, WeakMap<Function, ResponsePlan>>();

/** A relation that a class has itself. The parent of single-table children knows theirs as well. */
function ownRelation(metadata: EntityMetadata, path: string): Relation | undefined {
  const relation = metadata.relations.find(({ propertyPath }) => propertyPath === path);
  if (!relation || relation.embeddedMetadata) return relation;
  return isOrExtends(metadata.target, relation.target) ? relation : undefined;
}

/** Whether a relation makes trees or chains: from a class to itself, with at most one row on one of its sides. */
function leadsToItself(relation: Relation): boolean {
  const from = relation.entityMetadata.target;
  const to = relation.inverseEntityMetadata.target;
  return !relation.isManyToMany && (isOrExtends(from, to) || isOrExtends(to, from));
}

function isOrExtends(type: unknown, base: unknown): boolean {
  if (type === base) return true;
  return typeof type === 'function' && typeof base === 'function' && type.prototype instanceof base;
}
