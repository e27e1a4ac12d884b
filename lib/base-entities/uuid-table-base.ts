import { markTableBase } from '../entity-model/index.js';
import type { Branded } from './brand.js';
import { CreatedAt, UpdatedAt, UuidId } from './table-fields.js';

/** A table with a UUID id that the application makes before the insert, and two timestamps. */
// The brand exists for the compiler only; merging keeps it out of the emitted class.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class UuidTableBase {
  /** Made by the repository before the insert, version 7 unless `@Model({ uuidVersion: 4 })`; lower case. */
  declare id: string;
  /** When the row was inserted, to the millisecond. */
  declare createdAt: Date;
  /** When the row was last updated, to the millisecond. */
  declare updatedAt: Date;
}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface UuidTableBase extends Branded {}
addUuidTableFields(UuidTableBase);

/** Makes a class the base of tables with a UUID id. */
export function addUuidTableFields(base: Function): void {
  const prototype = base.prototype as object;
  UuidId()(prototype, 'id');
  CreatedAt()(prototype, 'createdAt');
  UpdatedAt()(prototype, 'updatedAt');
  markTableBase(base);
}
