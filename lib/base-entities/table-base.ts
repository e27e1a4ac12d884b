import { markTableBase } from '../entity-model/index.js';
import type { Branded } from './brand.js';
import { CreatedAt, IntId, UpdatedAt } from './table-fields.js';

/** A table with an integer id that the database counts up, and two timestamps. */
// The brand exists for the compiler only; merging keeps it out of the emitted class.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class TableBase {
  /** Counted up by the database; known after the insert. */
  declare id: number;
  /** When the row was inserted, to the millisecond. */
  declare createdAt: Date;
  /** When the row was last updated, to the millisecond. */
  declare updatedAt: Date;
}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface TableBase extends Branded {}
addTableFields(TableBase);

/** Makes a class the base of tables with an integer id. */
export function addTableFields(base: Function): void {
  const prototype = base.prototype as object;
  IntId()(prototype, 'id');
  CreatedAt()(prototype, 'createdAt');
  UpdatedAt()(prototype, 'updatedAt');
  markTableBase(base);
}
