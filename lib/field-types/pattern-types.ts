import { isEmail } from 'class-validator';
import { createFieldType, type FieldType } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';
import { matches } from './text-rules.js';
import { textSpec } from './text-types.js';

/** A SHA-256 digest as 64 lower-case hexadecimal characters. */
export const Sha256Hex: FieldType<FieldOptions<string>> = createFieldType<string>(
  textSpec('Sha256Hex', 64, {
    rules: [matches('isSha256Hex', /^[0-9a-f]{64}$/, 'a SHA-256 digest of 64 lower-case hexadecimal characters')],
    schema: { minLength: 64, pattern: '^[0-9a-f]{64}$' },
  }),
);

const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/** A BCP 47 language tag of at most 16 characters, such as `de` or `zh-Hans-CN`. */
export const Bcp47LanguageCode: FieldType<FieldOptions<string>> = createFieldType<string>(
  textSpec('Bcp47LanguageCode', 16, {
    rules: [matches('isBcp47LanguageCode', LANGUAGE_TAG, "a BCP 47 language tag, such as 'de' or 'zh-Hans-CN'")],
    schema: { minLength: 2, pattern: LANGUAGE_TAG.source },
  }),
);

const LONGEST_EMAIL = 254;

/** An e-mail address of at most 254 characters. */
export const Email: FieldType<FieldOptions<string>> = createFieldType<string>(
  textSpec('Email', LONGEST_EMAIL, {
    rules: [
      {
        name: 'isEmail',
        message: 'must be an e-mail address',
        // isEmail throws for halves of surrogate pairs.
        check: (value) => (value as string).isWellFormed() && isEmail(value),
      },
    ],
    schema: { format: 'email' },
  }),
);
