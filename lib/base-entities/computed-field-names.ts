import { fieldsOf } from '../field-types/index.js';

/** Names of the fields that a data class computes: getters with a field type. */
export function computedFieldNames(model: Function): Set<string> {
  return new Set([...fieldsOf(model).values()].filter((field) => field.computed).map((field) => field.name));
}
