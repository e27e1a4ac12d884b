/** How a unit of work relates to a transaction that is already open. */
export type Propagation =
  /** Joins the open transaction, or begins one. The default. */
  | 'REQUIRED'
  /** Always a transaction of its own, on a connection of its own. Not on SQLite inside a transaction. */
  | 'REQUIRES_NEW'
  /** A savepoint in the open transaction, or a transaction where none is open. */
  | 'NESTED'
  /** Joins the open transaction; an error where none is open. */
  | 'MANDATORY'
  /** Without a transaction; an error where one is open. */
  | 'NEVER'
  /** Joins the open transaction if there is one. */
  | 'SUPPORTS'
  /** Without a transaction; an open one is suspended meanwhile. Not on SQLite inside a transaction. */
  | 'NOT_SUPPORTED';

/** Isolation levels by their SQL names. SQLite is always serializable and ignores them. */
export type Isolation = 'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** How a unit of work runs. */
export interface TransactionOptions {
  /** Default `REQUIRED`. */
  readonly propagation?: Propagation;
  /** Default: the database's. Joining a transaction with another level is refused. */
  readonly isolation?: Isolation;
}

const PROPAGATIONS: readonly string[] = [
  'REQUIRED',
  'REQUIRES_NEW',
  'NESTED',
  'MANDATORY',
  'NEVER',
  'SUPPORTS',
  'NOT_SUPPORTED',
] satisfies Propagation[];

const ISOLATIONS: readonly string[] = [
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
] satisfies Isolation[];

/** The first thing wrong with the options as a sentence, or undefined. */
export function wrongTransactionOption(options: object): string | undefined {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (name === 'propagation') {
      if (!PROPAGATIONS.includes(value as string)) return `propagation must be one of ${PROPAGATIONS.join(', ')}`;
    } else if (name === 'isolation') {
      if (!ISOLATIONS.includes(value as string)) return `isolation must be one of ${ISOLATIONS.join(', ')}`;
    } else {
      return `unknown option '${name}'; allowed are propagation, isolation`;
    }
  }
  return undefined;
}
