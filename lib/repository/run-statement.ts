import type { DataSource } from 'typeorm';
import { cacheOf, declareStatement } from '../cache/index.js';
import { queryPrepared } from './prepared-statements.js';
import type { Statement } from './sql-writer.js';

/** What a statement has done. */
export interface StatementResult {
  /** Rows that it has met; on MariaDB and MySQL those that matched, changed or not. */
  readonly affected: number;
  /** Rows of its RETURNING. */
  readonly rows: readonly Record<string, unknown>[];
}

/**
 * Runs a statement in the current transaction, or on a connection of its own. The text of one that comes again and
 * again must not differ from time to time.
 */
export async function runStatement(
  dataSource: DataSource,
  statement: Statement,
  comesAgain = false,
): Promise<StatementResult> {
  const current = dataSource.manager.queryRunner;
  const runner = current ?? dataSource.createQueryRunner();
  try {
    const isRepeated = comesAgain && !current && dataSource.options.type === 'postgres';
    const send = () =>
      isRepeated
        ? queryPrepared(dataSource, runner, statement)
        : runner.query(statement.sql, statement.parameters, true);
    const { affected, records } = await (cacheOf(dataSource) ? declareStatement(send) : send());
    const rows = records as Record<string, unknown>[] | undefined;
    return { affected: affected ?? rows?.length ?? 0, rows: rows ?? [] };
  } finally {
    if (!current) await runner.release();
  }
}
