import type { QueryRunner } from 'typeorm';

type Restore = () => void;

/** What to put back for each open transaction and savepoint of a runner, the innermost last. */
const levels = new WeakMap<QueryRunner, Restore[][]>();

/** Has something put back when a transaction that the application has begun on a runner by hand is rolled back. */
export function restoreAfterRollback(runner: QueryRunner, restore: Restore): void {
  levels.get(runner)?.at(-1)?.push(restore);
}

/** A transaction begins, or a savepoint in one. */
export function noteTransactionStart(runner: QueryRunner): void {
  const open = levels.get(runner);
  const { transactionDepth = 1 } = runner as { transactionDepth?: number };
  // Whatever an earlier transaction has left when its connection was lost.
  if (open && transactionDepth > 1) open.push([]);
  else levels.set(runner, [[]]);
}

/** A transaction is committed, or a savepoint is: then what it has put down belongs to the one around it. */
export function noteTransactionCommit(runner: QueryRunner): void {
  const open = levels.get(runner);
  const committed = open?.pop() ?? [];
  open?.at(-1)?.push(...committed);
}

/** A transaction or savepoint is rolled back. */
export function noteTransactionRollback(runner: QueryRunner): void {
  for (const restore of levels.get(runner)?.pop()?.reverse() ?? []) restore();
}
