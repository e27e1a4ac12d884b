import type { ClassTransformOptions } from 'class-transformer';
import type { EntityMetadata } from 'typeorm';
import type { ResponseView, ShownRelation } from '../analysis/index.js';
import { ResponsePlan, type ShownRelation as PlannedRelation } from './response-plan.js';
import { isRequired } from './response-view-optional.js';
import { unresolvedProperties } from './response-view-unresolved.js';

/** Whether an answer shows a relation that nobody but the handler loads. */
export type ShowsRelation = (model: Function, relation: PlannedRelation) => boolean;

/** What a class shows of entities. A class that cannot be read shows nothing. */
export function viewOf(model: Function, options: ClassTransformOptions, shows: ShowsRelation): ResponseView {
  const plan = attempt(() => ResponsePlan.of(model, options), undefined);
  if (!plan) {
    const unresolved = unresolvedProperties(model);
    return { name: model.name, relationsOf: () => [], inside: () => undefined, required: [], unresolved };
  }
  return new PlanView(plan, shows, new Map());
}

/** A response model at its place in an answer. */
class PlanView implements ResponseView {
  readonly name: string;
  #required: readonly string[] | undefined;
  #unresolved: readonly string[] | undefined;

  /** @param views those of the same answer: places in a tree are one place */
  constructor(
    private readonly plan: ResponsePlan,
    private readonly shows: ShowsRelation,
    private readonly views: Map<ResponsePlan, PlanView>,
  ) {
    this.name = plan.model.name;
    views.set(plan, this);
  }

  get required(): readonly string[] {
    const { model, properties } = this.plan;
    return (this.#required ??= properties.filter((property) => isRequired(model, property)).map(({ name }) => name));
  }

  get unresolved(): readonly string[] {
    const { model, properties } = this.plan;
    const shown = new Set(properties.filter(({ exposed, nested }) => exposed && !nested).map(({ name }) => name));
    return (this.#unresolved ??= unresolvedProperties(model).filter((name) => shown.has(name)));
  }

  relationsOf(metadata: EntityMetadata): readonly ShownRelation[] {
    return attempt(() => [...this.#relationsFrom(this.plan, metadata, '')], []);
  }

  inside(property: string): ResponseView | undefined {
    const declared = this.plan.properties.find(({ name, exposed }) => name === property && exposed);
    const plan = declared && attempt(() => this.plan.inside(declared), undefined);
    return plan && this.#at(plan);
  }

  /** Those in embedded objects too. */
  *#relationsFrom(plan: ResponsePlan, metadata: EntityMetadata, prefix: string): Generator<ShownRelation> {
    for (const planned of plan.relationsOf(metadata, prefix).values()) {
      if (!planned.isLoaded || !this.shows(plan.model, planned)) continue;
      const { relation, below } = planned;
      yield { relation: relation.propertyPath, below: below && this.#at(below) };
    }
    for (const property of plan.properties) {
      const path = prefix + property.name;
      const inside = metadata.findEmbeddedWithPropertyPath(path) && plan.inside(property);
      if (inside) yield* this.#relationsFrom(inside, metadata, `${path}.`);
    }
  }

  #at(plan: ResponsePlan): PlanView {
    return this.views.get(plan) ?? new PlanView(plan, this.shows, this.views);
  }
}

/** Thunks of decorators may throw, as in a circular import. */
function attempt<Value>(work: () => Value, otherwise: Value): Value {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
