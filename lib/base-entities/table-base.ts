import { markTableBase } from '../entity-model/index.js';
import type { Branded } from './brand.js';
import { CreatedAt, IntId, UpdatedAt } from './table-fields.js';

/** A table with an integer id that the database counts up, and two timestamps. */
export abstract class TableBase {
  /** Counted up by the database; known after the insert. */
  declare id: number;
  /** When the row was inserted, to the millisecond. */
  declare createdAt: Date;
  /** When the row was last updated, to the millisecond. */
  declare updatedAt: Date;
}
// The brand exists for the compiler only; an interface keeps it out of the emitted class.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface TableBase extends Branded {}
addTableFields(TableBase);

/** Makes a class the base of tables with an integer id. */
export function addTableFields(base: Function & { prototype: object }): void {
  IntId()(base.prototype, 'id');
  CreatedAt()(base.prototype, 'createdAt');
  UpdatedAt()(base.prototype, 'updatedAt');
  markTableBase(base);
}
