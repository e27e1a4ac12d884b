import type { DataSource, QueryRunner } from 'typeorm';

/**
 * Runs work in which no statement compares a version: what the checks are there for. For tests that show that a test
 * would notice.
 */
export async function withoutVersionChecks(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const { driver } = dataSource;
  const createQueryRunner = driver.createQueryRunner.bind(driver);
  driver.createQueryRunner = (mode) => {
    const runner: QueryRunner = createQueryRunner(mode);
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    runner.query = ((sql: string, ...rest: unknown[]) => query(unchecked(sql), ...rest)) as QueryRunner['query'];
    return runner;
  };
  try {
    await work();
  } finally {
    driver.createQueryRunner = createQueryRunner;
  }
}

/** The same parameters, and a condition that always holds. */
function unchecked(sql: string): string {
  if (!/^\s*(?:WITH|UPDATE|DELETE)\b/.test(sql)) return sql;
  return sql
    .replace(
      /AND ((?:"target"\.)?["`]version["`]) = (\$\d+|\?|nestjs_sqlmodel_ext_values\.c\d+)/g,
      'AND ($1 = $2 OR 1 = 1)',
    )
    .replace(/["`]version["`] = (\$\d+|\?)(?=, |\s+WHERE)/, '$&');
}
