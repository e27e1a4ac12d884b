/** One rule that a value which is neither null nor undefined must pass. */
export interface FieldRule {
  /** Name under which validation errors list the rule, such as `maxLength`. */
  readonly name: string;
  /** What the field must do, to be read after its name: `must be a string`. */
  readonly message: string;
  check(value: unknown): boolean;
  /** More exact sentences for this value, as path suffix and message; default: the message itself. */
  explain?(value: unknown): readonly { readonly path: string; readonly message: string }[];
}
