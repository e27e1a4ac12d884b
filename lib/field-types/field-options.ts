import type { ValueTransformer } from 'typeorm';

/** What every field type can be told. */
export interface FieldOptions<Value = unknown> {
  /** Null is a legal value: the column is nullable and input may leave the field out. Default false. */
  readonly nullable?: boolean;
  /**
   * The value of a field that input and code leave out; a function is called for each row. Checked
   * against the field's rules at definition. Literals become the column's default as well.
   */
  readonly default?: Value | null | (() => Value);
  /** A unique constraint on the column. Default false. */
  readonly unique?: boolean;
  /** An index on the column. Default false. */
  readonly index?: boolean;
  /** Name of the column in the database. Default: by TypeORM's naming strategy. */
  readonly name?: string;
  /** Shown in OpenAPI, in every data class derived from the field. */
  readonly description?: string;
  /** False: queries leave the column out unless they name it. Default true. */
  readonly select?: boolean;
  /** Between the entity's value and the value that the field type stores. Must be pure. */
  readonly transformer?: ValueTransformer;
}

/** Options of the number field types. */
export interface NumberFieldOptions<Value = number> extends FieldOptions<Value> {
  /** Smallest legal value. */
  readonly min?: number;
  /** Largest legal value. */
  readonly max?: number;
}
