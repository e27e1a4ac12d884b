import pg from 'pg';

/**
 * Begins to count what is sent to PostgreSQL in this process, by whatever library: all that take part in the herd use
 * this driver.
 *
 * @returns how many statements were sent since
 */
export function countStatements(): () => number {
  let sent = 0;
  const { prototype } = pg.Client;
  const query = prototype.query as (...args: unknown[]) => unknown;
  const counted = function (this: pg.Client, ...args: unknown[]): unknown {
    sent += 1;
    return query.apply(this, args);
  };
  prototype.query = counted as typeof prototype.query;
  return () => sent;
}
