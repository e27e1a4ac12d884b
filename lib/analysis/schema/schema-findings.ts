import type { DataSource } from 'typeorm';
import type { Finding } from '../finding.js';
import type { RuleCode } from '../rules/rule-code.js';
import { cascadeContradictions } from './cascade-contradictions.js';
import { ownTables } from './own-tables.js';
import type { SchemaFault } from './schema-fault.js';
import { unindexedForeignKeys } from './unindexed-foreign-keys.js';

/**
 * The findings about the tables of a data source: `SCH001` and `SCH002`. They come from what the entities declare; the
 * database is not asked. Data sources whose metadata is not built have none.
 */
export function schemaFindings(dataSource: DataSource): Finding[] {
  return ownTables(dataSource).flatMap((metadata) => [
    ...cascadeContradictions(metadata).map((fault) => findingOf('SCH001', fault)),
    ...unindexedForeignKeys(metadata).map((fault) => findingOf('SCH002', fault)),
  ]);
}

function findingOf(rule: RuleCode, fault: SchemaFault): Finding {
  return { rule, ...fault, handlers: [], location: undefined };
}
