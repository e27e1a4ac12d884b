import { fieldDecorator, fieldSpecOf, type FieldDecorator, type FieldOptions } from '../field-types/index.js';

/**
 * A field of a list request. Requests come from query strings, which carry text only: numbers, booleans
 * and dates are read from text, whichever pipe binds them. Null is legal for server code, which may
 * switch a bound off; a query string cannot say null.
 */
export function lenientField(field: FieldDecorator, options: FieldOptions): FieldDecorator {
  const spec = fieldSpecOf(field);
  if (!spec) throw new TypeError('lenientField() takes the decorator of a field type.');
  return fieldDecorator({ ...spec, lenient: true }, options);
}
