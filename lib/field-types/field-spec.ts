import type { FieldColumn } from './field-column.js';
import type { FieldRule } from './field-rule.js';

/**
 * Where input comes from: JSON carries types, a query string or path carries text only, so numbers,
 * booleans and lists are read from text there.
 */
export type InputSource = 'json' | 'query';

/** Everything that one field type knows: validation, conversion, column and OpenAPI. */
export interface FieldSpec {
  /** Name of the field type, such as `Str64`. */
  readonly name: string;
  /** Rules in order; the first decides the JavaScript type, the others run only when it passes. */
  readonly rules: readonly FieldRule[];
  /** Input to value. Never throws: what cannot be converted stays as it is and fails a rule. */
  convert(value: unknown, source: InputSource): unknown;
  /** The form in which a valid value is written, such as trimmed or lower case. */
  normalize?(value: unknown): unknown;
  /** Value to something that JSON can carry exactly. */
  serialize?(value: unknown): unknown;
  /** Undefined: not a column, only input and output. */
  readonly column?: FieldColumn;
  /** OpenAPI keywords of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The data class of a nested value, read late because of circular files. */
  nested?(): Function;
  /** Options of this type beside, or instead of, those of every field type. Default: those of every field type. */
  readonly ownOptions?: readonly string[];
  /** A value with one possibility, such as a discriminator: stays required in `AllFieldsOptional`. */
  readonly literal?: boolean;
  /** Text is read as numbers and booleans from any source: for list requests, which come from query strings. */
  readonly lenient?: boolean;
}
