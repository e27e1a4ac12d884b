import {
  declareField,
  fieldSpecOf,
  writeOpenApiProperty,
  type FieldDeclaration,
  type FieldSpec,
} from '../field-types/index.js';

/**
 * A column that this library writes, never input: it has a column and an OpenAPI schema but no validation.
 */
export function serverField(
  spec: FieldSpec,
  description: string,
  register: (field: FieldDeclaration) => PropertyDecorator,
): PropertyDecorator {
  return ((prototype: object, property: string) => {
    const field: FieldDeclaration = {
      name: property,
      spec,
      options: { description },
      declaredBy: prototype.constructor,
      computed: false,
      optional: true,
    };
    declareField(field);
    writeOpenApiProperty(prototype, property, { ...spec.schema, required: true, description, readOnly: true });
    register(field)(prototype, property);
  }) as PropertyDecorator;
}

/** The spec of a field type. */
export function specOf(fieldType: unknown): FieldSpec {
  const spec = fieldSpecOf(fieldType);
  if (!spec) throw new TypeError('Not a field type.');
  return spec;
}
