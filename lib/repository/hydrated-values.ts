import type { ObjectLiteral } from 'typeorm';
import { entityState, persistedValueOfRow } from '../hydration/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { setColumnProperty } from './row-values.js';

/** Gives an entity the values that a statement's RETURNING has brought, by column name. */
export function hydratedValues(
  facts: ModelFacts,
  entity: ObjectLiteral,
  row: Readonly<Record<string, unknown>>,
  columns: readonly Column[],
): void {
  const { driver } = facts.dataSource;
  const state = entityState(entity);
  for (const column of columns) {
    const raw = row[column.databaseName];
    if (raw === undefined) continue;
    state?.acceptValue(column, persistedValueOfRow(facts.dataSource, column, raw));
    if (column.isVirtual) continue;
    setColumnProperty(entity, column, driver.prepareHydratedValue(raw, column));
  }
}
