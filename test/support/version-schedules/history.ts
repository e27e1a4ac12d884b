import type { OptimisticLockError } from 'nestjs-sqlmodel-ext';

/** A row as an entity holds it, or as the database does. */
export interface RowState {
  readonly version: number;
  readonly balance: number;
  readonly name: string;
  readonly note: string | null;
}

/** One acknowledged write of one row. */
export interface Written {
  readonly row: number;
  readonly by: string;
  /** What the writer's entity held afterwards; undefined: a write without an entity. */
  readonly after?: RowState;
  /** Fields that the writer has set. */
  readonly set: Readonly<Record<string, string>>;
  readonly raisedBy: number;
  readonly labels: readonly { readonly label: number; readonly joins: boolean }[];
  readonly deletes: boolean;
}

/** One conflict that a writer was told of. */
export interface Refused {
  readonly row: number | undefined;
  readonly by: string;
  readonly error: OptimisticLockError;
  /** The writer held the row's lock, or has written the row in the same transaction. */
  readonly isLocked: boolean;
  readonly hasWritten: boolean;
}

/** What a schedule has come to. */
export interface History {
  readonly written: readonly Written[];
  readonly refused: readonly Refused[];
  /** Errors that nobody may get. */
  readonly wrong: readonly string[];
}

/** What the database holds in the end; undefined: the row was deleted. */
export interface Final {
  readonly state: RowState;
  readonly labels: readonly number[];
}

export const FIRST: RowState = { version: 1, balance: 100, name: 'first', note: null };

/** Everything that is wrong with a history; empty: no update was lost and no writer was told a wrong error. */
export function faultsOf(history: History, finals: readonly (Final | undefined)[]): string[] {
  const faults = [...history.wrong];
  for (const [row, final] of finals.entries()) {
    const written = history.written.filter((each) => each.row === row);
    faults.push(...faultsOfRow(written, final).map((fault) => `row ${row}: ${fault}`));
  }
  for (const refused of history.refused) faults.push(...faultsOfRefusal(refused, history.written, finals));
  return faults;
}

function faultsOfRow(written: readonly Written[], final: Final | undefined): string[] {
  const faults: string[] = [];
  const deletes = written.filter((each) => each.deletes);
  if (deletes.length > 1) faults.push(`deleted ${deletes.length} times`);
  if ((final === undefined) !== deletes.length > 0)
    faults.push(final ? 'deleted, but there' : 'gone, but nobody has deleted it');
  const moves = written.filter((each) => !each.deletes);
  const bulk = moves.filter(({ after }) => !after);
  const chain = moves.flatMap(({ after, ...rest }) => (after ? [{ ...rest, after }] : [])).sort(byVersion);
  for (const [index, { after, by }] of chain.entries()) {
    if (index > 0 && chain[index - 1].after.version === after.version) {
      faults.push(`version ${after.version} was written by ${chain[index - 1].by} and by ${by}`);
    }
  }
  let previous = FIRST;
  let missing = 0;
  for (const { after, set, raisedBy, by } of chain) {
    const gap = after.version - previous.version - 1;
    missing += gap;
    for (const field of ['name', 'note'] as const) {
      const expected = set[field] ?? previous[field];
      if (after[field] !== expected)
        faults.push(`${by} holds ${field} ${after[field]} at version ${after.version}, not ${expected}`);
    }
    if (gap === 0 && after.balance !== previous.balance + raisedBy) {
      faults.push(
        `${by} holds balance ${after.balance} at version ${after.version}, not ${previous.balance} + ${raisedBy}`,
      );
    }
    previous = after;
  }
  if (missing > bulk.length) faults.push(`${missing} versions are nobody's, but there are ${bulk.length} bulk writes`);
  if (!final) return faults;
  const expected = {
    version: FIRST.version + moves.length,
    balance: moves.reduce((sum, { raisedBy }) => sum + raisedBy, FIRST.balance),
    name: previous.name,
    note: previous.note,
    labels: labelsAfter(chain),
  };
  const { labels, state } = final;
  for (const [name, value] of Object.entries({ ...state, labels: [...labels].sort().join() })) {
    if (value !== expected[name as keyof typeof expected]) {
      faults.push(`${name} is ${String(value)} in the end, not ${String(expected[name as keyof typeof expected])}`);
    }
  }
  return faults;
}

function labelsAfter(chain: readonly Pick<Written, 'labels'>[]): string {
  const labels = new Set<number>();
  for (const { label, joins } of chain.flatMap((each) => each.labels)) {
    if (joins) labels.add(label);
    else labels.delete(label);
  }
  return [...labels].sort().join();
}

function byVersion(one: { after: RowState }, other: { after: RowState }): number {
  return one.after.version - other.after.version;
}

/** A writer may be told of a conflict only when somebody has really written. */
function faultsOfRefusal(
  { row, by, error, isLocked, hasWritten }: Refused,
  written: readonly Written[],
  finals: readonly (Final | undefined)[],
): string[] {
  if (row === undefined) return [`${by} was told of a conflict of no row`];
  const tells = `${by} was told that row ${row} was ${error.reason}`;
  if (error.reason === 'deleted') {
    return hasWritten || written.some((each) => each.row === row && each.deletes) ? [] : [`${tells}, but it was not`];
  }
  if (isLocked && !hasWritten) return [`${tells} although it held its lock`];
  const expected = Number(error.fields['expectedVersion']);
  const moves = written.filter((each) => each.row === row && !each.deletes).length;
  const last = finals[row]?.state.version ?? FIRST.version + moves;
  return hasWritten || last > expected ? [] : [`${tells} since version ${expected}, but that is its version`];
}
