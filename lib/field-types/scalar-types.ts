import { createFieldType, type FieldType } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';
import { matches } from './text-rules.js';

const isUuidText = matches('isUuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'a UUID');

const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/** A UUID of any version, kept in lower case. PostgreSQL: `uuid`; MariaDB and SQLite: 36 characters. */
export const Uuid: FieldType<FieldOptions<string>> = createFieldType<string>({
  name: 'Uuid',
  rules: [{ ...isUuidText, check: (value) => typeof value === 'string' && isUuidText.check(value) }],
  convert: lowerCase,
  normalize: lowerCase,
  column: {
    portable: { type: String, length: 36 },
    byEngine: (engine) =>
      engine === 'postgres'
        ? { type: 'uuid', length: '' }
        : engine === 'mysql'
          ? { type: 'char', length: 36 }
          : undefined,
    databaseDefault: true,
  },
  schema: { type: 'string', format: 'uuid' },
});

/** True or false; query strings say `true`, `false`, `1` or `0`. */
export const Bool: FieldType<FieldOptions<boolean>> = createFieldType<boolean>({
  name: 'Bool',
  rules: [{ name: 'isBoolean', message: 'must be true or false', check: (value) => typeof value === 'boolean' }],
  convert: (value, source) => {
    if (source !== 'query') return value;
    if (value === 'true' || value === '1') return true;
    return value === 'false' || value === '0' ? false : value;
  },
  column: { portable: { type: Boolean }, databaseDefault: true },
  schema: { type: 'boolean' },
});
