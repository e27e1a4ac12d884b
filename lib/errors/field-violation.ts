/** One value that breaks one rule of its field. */
export interface FieldViolation {
  /** Path of the field in the input, such as `title` or `tags[2]`. */
  readonly field: string;
  /** Name of the rule, such as `maxLength`. */
  readonly rule: string;
  /** A sentence for people; names the field, never the value. */
  readonly message: string;
}
