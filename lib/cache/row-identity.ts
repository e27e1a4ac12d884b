import type { ObjectLiteral } from 'typeorm';

/** A row, by the id that keys have and by its primary key. */
export interface RowIdentity {
  readonly id: string;
  readonly key: ObjectLiteral;
}
