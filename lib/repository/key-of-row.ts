import type { ObjectLiteral } from 'typeorm';
import type { ModelFacts } from './model-facts.js';
import { keyOf } from './relation-items.js';

/** The primary key of a row that a statement has given, as the text that `keyOf` gives for its entity. */
export function keyOfRow(facts: ModelFacts, row: Readonly<Record<string, unknown>>): string {
  const { driver } = facts.dataSource;
  const entity = facts.metadata.create() as ObjectLiteral;
  for (const column of facts.primaryColumns) {
    column.setEntityValue(entity, driver.prepareHydratedValue(row[column.databaseName], column));
  }
  return keyOf(facts, entity);
}
