import { loadMissing, requiredRelations } from '../relations/index.js';
import { asEntity } from './as-entity.js';
import type { ModelFacts } from './model-facts.js';

/** Loads what methods of entities require and the entities do not have yet; each class has methods of its own. */
export async function preloadRows(
  facts: ModelFacts,
  given: readonly unknown[],
  methods: readonly string[],
): Promise<void> {
  const byClass = new Map<Function, object[]>();
  for (const entity of given.map((item) => asEntity(facts, item, 'preloadFor'))) {
    const type = entity.constructor;
    const entities = byClass.get(type);
    if (entities) entities.push(entity);
    else byClass.set(type, [entity]);
  }
  for (const [type, entities] of byClass) await loadMissing(entities, requiredRelations(type, methods));
}
