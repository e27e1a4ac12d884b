import { getMetadataStorage } from 'class-validator';
import { fieldsOf } from './field-registry.js';
import { openApiPropertyNames } from './open-api.js';

/** Names that a class gives a meaning, whichever decorator did. */
export function propertyNames(model: Function): Set<string> {
  const validated = getMetadataStorage().getTargetValidationMetadatas(model, '', true, false);
  return new Set([
    ...fieldsOf(model).keys(),
    ...validated.map((metadata) => metadata.propertyName),
    ...openApiPropertyNames(model.prototype as object),
  ]);
}
