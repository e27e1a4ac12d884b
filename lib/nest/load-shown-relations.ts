import { fieldsOf } from '../field-types/index.js';
import { entityState } from '../hydration/index.js';
import { loadPlan, loadRelations } from '../relations/index.js';

/**
 * Loads the relations that a response model shows onto the entities of an answer: an entity, a list of
 * them, or an object such as a page that holds them in nested fields. One level deep.
 */
export async function loadShownRelations(model: Function, answer: unknown): Promise<void> {
  if (Array.isArray(answer)) {
    const entities = answer.filter((item): item is object => stateOf(item) !== undefined);
    for (const group of byClass(entities)) await loadOn(model, group);
    return;
  }
  if (typeof answer !== 'object' || answer === null) return;
  if (stateOf(answer)) return loadOn(model, [answer]);
  for (const field of fieldsOf(model).values()) {
    const nested = field.spec.nested?.();
    if (nested) await loadShownRelations(nested, (answer as Record<string, unknown>)[field.name]);
  }
}

async function loadOn(model: Function, entities: readonly object[]): Promise<void> {
  const [state] = entities.map(stateOf);
  if (!state) return;
  const { metadata } = state;
  const shown = [...fieldsOf(model).values()]
    .filter((field) => field.spec.nested && metadata.findRelationWithPropertyPath(field.name))
    .map((field) => field.name);
  await loadRelations(metadata.dataSource, entities, loadPlan(metadata, shown), { keepLoaded: true });
}

function stateOf(value: unknown): ReturnType<typeof entityState> {
  return typeof value === 'object' && value !== null ? entityState(value) : undefined;
}

function byClass(entities: readonly object[]): object[][] {
  const groups = new Map<unknown, object[]>();
  for (const entity of entities) {
    const group = groups.get(entity.constructor);
    if (group) group.push(entity);
    else groups.set(entity.constructor, [entity]);
  }
  return [...groups.values()];
}
