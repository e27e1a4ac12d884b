import type { ObjectLiteral } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import { isNewOrChanged } from './changed-columns.js';
import type { ModelFacts, Relation } from './model-facts.js';
import { itemsOf } from './relation-items.js';
import type { WriteContext } from './write-context.js';

/** Inserts new items and updates changed ones, as far as the relation cascades. */
export async function writeItems(
  facts: ModelFacts,
  related: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  context: WriteContext,
): Promise<void> {
  const write = new Set<ObjectLiteral>();
  for (const entity of entities) {
    for (const item of itemsOf(relationValue(entity, relation))) {
      if (isKeylessRow(related, item) && !relation.isCascadeInsert) throw newWithoutCascade(facts, relation);
      if (mayBeNew(related, relation, item)) {
        write.add(item);
      } else if (relation.isCascadeUpdate && entityState(item) && isNewOrChanged(item)) {
        write.add(item);
      }
    }
  }
  await context.write(related, [...write]);
}

/** Whether a relation writes its items. */
export function cascades(relation: Relation): boolean {
  return relation.isCascadeInsert || relation.isCascadeUpdate;
}

/** An item that was not read here, in a relation that inserts: writing it looks whether its row is there. */
export function mayBeNew(facts: ModelFacts, relation: Relation, item: object): boolean {
  return relation.isCascadeInsert && !entityState(item) && item instanceof facts.target;
}

function isKeylessRow(facts: ModelFacts, item: object): boolean {
  return !entityState(item) && facts.primaryColumns.some((column) => columnProperty(item, column) === undefined);
}

/** The error of a new object in a relation that does not insert. */
export function newWithoutCascade(facts: ModelFacts, relation: Relation): ConfigurationError {
  const related = relation.inverseEntityMetadata.name;
  return new ConfigurationError(
    `${facts.name}.${relation.propertyPath} holds a new ${related} that has no row: add it first, or set cascade: ['insert'] on the relation.`,
    { model: facts.name, relation: relation.propertyPath },
  );
}
