/**
 * The base of every failure that this library raises itself.
 *
 * `code` is stable and machine readable; `fields` carries what the message names, for logs and
 * clients; `cause` is the error underneath, where there is one. The message says what happened and
 * how to fix it. The catalogue is `docs/reference/errors.md`.
 */
export abstract class SqlModelExtError extends Error {
  /** Stable, machine-readable name of the failure. */
  abstract readonly code: string;

  /** The values that the message speaks of. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(message: string, fields: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.fields = Object.freeze({ ...fields });
  }
}
