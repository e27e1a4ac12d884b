import { SqlModelExtError } from './sql-model-ext.error.js';

/** What is known about a write that met a row of another version. */
export interface OptimisticLockDetails {
  /** Primary key of the row, by property name. */
  readonly id?: unknown;
  /** The version that the writer had read. */
  readonly expectedVersion?: unknown;
  /** The version that the row has now; undefined: not known, or the row is gone. */
  readonly actualVersion?: unknown;
  /** Whether somebody has changed the row or deleted it. Default `changed`. */
  readonly reason?: 'changed' | 'deleted';
  /** Fields that both sides have changed: of a merge with `onConflict: 'fail'`. */
  readonly conflicts?: readonly string[];
}

/** Somebody else has changed or deleted the row since this entity was read, which leaves the row alone. HTTP 409. */
export class OptimisticLockError extends SqlModelExtError {
  readonly code = 'OPTIMISTIC_LOCK';

  /** Whether somebody has changed the row or deleted it. */
  readonly reason: 'changed' | 'deleted';

  constructor(model: string, details: OptimisticLockDetails = {}, cause?: unknown) {
    const { reason = 'changed', conflicts = [], ...rest } = details;
    super(message(model, { ...rest, reason, conflicts }), { model, ...rest, reason, conflicts: [...conflicts] }, cause);
    this.reason = reason;
  }
}

function message(
  model: string,
  { id, expectedVersion, actualVersion, reason, conflicts }: OptimisticLockDetails,
): string {
  const row = id === undefined ? `A ${model}` : `${model} ${keyText(id)}`;
  const read = expectedVersion === undefined ? '' : ` (version ${versionText(expectedVersion)})`;
  if (reason === 'deleted') {
    return `${row} was deleted since it was read${read}: there is nothing left to write to. Read again, and decide what a missing row means here.`;
  }
  const now = actualVersion === undefined ? '' : ` and has version ${versionText(actualVersion)} now`;
  if (conflicts && conflicts.length > 0) {
    return `${row} was changed since it was read${read}${now}, and so were the fields that this write sets: ${conflicts.join(', ')}. Say who wins with onConflict: 'mine' or 'theirs', or compute the values with update(entity, (current) => …).`;
  }
  return `${row} was changed since it was read${read}${now}. Read it again and repeat the change: with optimisticRetryCount for one write, with @RetryOnConflict() for a whole method.`;
}

function keyText(id: unknown): string {
  if (typeof id !== 'object' || id === null) return String(id);
  const values = Object.values(id).map(String);
  return values.length === 1
    ? values[0]
    : JSON.stringify(id, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function versionText(version: unknown): string {
  return ['string', 'number', 'bigint'].includes(typeof version) ? `${version as string}` : JSON.stringify(version);
}
