import type { DataSource } from 'typeorm';
import type { Statement } from './sql-writer.js';

/** What a statement has done. */
export interface StatementResult {
  /** Rows that it has met; on MariaDB and MySQL those that matched, changed or not. */
  readonly affected: number;
  /** Rows of its RETURNING. */
  readonly rows: readonly Record<string, unknown>[];
}

/** Runs a writing statement in the current transaction, or on a connection of its own. */
export async function runStatement(dataSource: DataSource, { sql, parameters }: Statement): Promise<StatementResult> {
  const current = dataSource.manager.queryRunner;
  const runner = current ?? dataSource.createQueryRunner();
  try {
    const { affected, records } = await runner.query(sql, parameters, true);
    const rows = records as Record<string, unknown>[] | undefined;
    return { affected: affected ?? rows?.length ?? 0, rows: rows ?? [] };
  } finally {
    if (!current) await runner.release();
  }
}
