import { VersionColumn } from 'typeorm';
import { markColumn, PositiveInt } from '../field-types/index.js';
import { serverField, specOf } from './server-field.js';

/** A column that counts how often the row was written. */
export function VersionField(): PropertyDecorator {
  const spec = specOf(PositiveInt);
  return serverField(spec, 'Version', (field) => VersionColumn(markColumn({ ...spec.column?.portable }, field)));
}
