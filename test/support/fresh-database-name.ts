import { randomBytes } from 'node:crypto';

/** A name that no other suite, worker or run on the same server uses. */
export function freshDatabaseName(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}
