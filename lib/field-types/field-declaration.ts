import type { FieldOptions } from './field-options.js';
import type { FieldSpec } from './field-spec.js';

/** One field of one class. */
export interface FieldDeclaration {
  readonly name: string;
  readonly spec: FieldSpec;
  readonly options: FieldOptions;
  /** The class whose body declares it. */
  readonly declaredBy: Function;
  /** A getter: shown in answers, never stored, never read from input. */
  readonly computed: boolean;
  /** Input may leave it out: nullable, with a default, or made optional by `AllFieldsOptional`. */
  readonly optional: boolean;
}
