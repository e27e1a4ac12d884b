import { ConfigurationError } from '../errors/index.js';
import { createFieldType, fieldDecorator, type FieldDecorator, type FieldType } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';
import type { FieldRule } from './field-rule.js';
import type { FieldSpec } from './field-spec.js';
import { textColumn } from './text-column.js';
import { isText, maxLength, noNulByte, notEmpty, wellFormed } from './text-rules.js';

const LONGEST_TEXT = 10_000_000;

interface TextTraits {
  readonly nonEmpty?: boolean;
  readonly stripped?: boolean;
  readonly rules?: readonly FieldRule[];
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly lowerCase?: boolean;
}

/** What a text field type of at most `limit` characters knows. */
export function textSpec(name: string, limit: number, traits: TextTraits = {}): FieldSpec {
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_TEXT) {
    throw new ConfigurationError(
      `@${name}: the length must be an integer from 1 to ${LONGEST_TEXT}, but is ${String(limit)}.`,
    );
  }
  const tidy = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const stripped = traits.stripped === true ? value.trim() : value;
    return traits.lowerCase === true ? stripped.toLowerCase() : stripped;
  };
  return {
    name,
    rules: [
      isText,
      noNulByte,
      wellFormed,
      ...(traits.nonEmpty === true ? [notEmpty] : []),
      maxLength(limit),
      ...(traits.rules ?? []),
    ],
    convert: tidy,
    ...(traits.stripped === true || traits.lowerCase === true ? { normalize: tidy } : {}),
    column: textColumn(limit),
    schema: {
      type: 'string',
      maxLength: limit,
      ...(traits.nonEmpty === true ? { minLength: 1 } : {}),
      ...traits.schema,
    },
  };
}

/** Text of at most `limit` characters; may be empty. */
export function Str(limit: number, options: FieldOptions<string> = {}): FieldDecorator {
  return fieldDecorator(textSpec(`Str(${limit})`, limit), options);
}

/** Long text of at most `limit` characters; may be empty. */
export function Text(limit: number, options: FieldOptions<string> = {}): FieldDecorator {
  return fieldDecorator(textSpec(`Text(${limit})`, limit), options);
}

const str = (limit: number): FieldType<FieldOptions<string>> => createFieldType<string>(textSpec(`Str${limit}`, limit));
const text = (name: string, limit: number): FieldType<FieldOptions<string>> =>
  createFieldType<string>(textSpec(name, limit));
const nonEmpty = (limit: number): FieldType<FieldOptions<string>> =>
  createFieldType<string>(textSpec(`NonEmptyStr${limit}`, limit, { nonEmpty: true }));
const nonEmptyStripped = (limit: number): FieldType<FieldOptions<string>> =>
  createFieldType<string>(textSpec(`NonEmptyStrippedStr${limit}`, limit, { nonEmpty: true, stripped: true }));

/** Text of at most 16 characters. */
export const Str16: FieldType<FieldOptions<string>> = str(16);
/** Text of at most 24 characters. */
export const Str24: FieldType<FieldOptions<string>> = str(24);
/** Text of at most 32 characters. */
export const Str32: FieldType<FieldOptions<string>> = str(32);
/** Text of at most 36 characters. */
export const Str36: FieldType<FieldOptions<string>> = str(36);
/** Text of at most 48 characters. */
export const Str48: FieldType<FieldOptions<string>> = str(48);
/** Text of at most 64 characters. */
export const Str64: FieldType<FieldOptions<string>> = str(64);
/** Text of at most 100 characters. */
export const Str100: FieldType<FieldOptions<string>> = str(100);
/** Text of at most 128 characters. */
export const Str128: FieldType<FieldOptions<string>> = str(128);
/** Text of at most 255 characters. */
export const Str255: FieldType<FieldOptions<string>> = str(255);
/** Text of at most 256 characters. */
export const Str256: FieldType<FieldOptions<string>> = str(256);
/** Text of at most 500 characters. */
export const Str500: FieldType<FieldOptions<string>> = str(500);
/** Text of at most 512 characters. */
export const Str512: FieldType<FieldOptions<string>> = str(512);
/** Text of at most 2048 characters. */
export const Str2048: FieldType<FieldOptions<string>> = str(2048);
/** Text of 1 to 64 characters. */
export const NonEmptyStr64: FieldType<FieldOptions<string>> = nonEmpty(64);
/** Text of 1 to 64 characters after white space at both ends is cut off. */
export const NonEmptyStrippedStr64: FieldType<FieldOptions<string>> = nonEmptyStripped(64);
/** Text of 1 to 128 characters. */
export const NonEmptyStr128: FieldType<FieldOptions<string>> = nonEmpty(128);
/** Text of 1 to 128 characters after white space at both ends is cut off. */
export const NonEmptyStrippedStr128: FieldType<FieldOptions<string>> = nonEmptyStripped(128);
/** Text of 1 to 256 characters. */
export const NonEmptyStr256: FieldType<FieldOptions<string>> = nonEmpty(256);
/** Text of 1 to 256 characters after white space at both ends is cut off. */
export const NonEmptyStrippedStr256: FieldType<FieldOptions<string>> = nonEmptyStripped(256);
/** Long text of at most 1,000 characters. */
export const Text1K: FieldType<FieldOptions<string>> = text('Text1K', 1_000);
/** Long text of at most 1,024 characters. */
export const Text1024: FieldType<FieldOptions<string>> = text('Text1024', 1_024);
/** Long text of at most 2,000 characters. */
export const Text2K: FieldType<FieldOptions<string>> = text('Text2K', 2_000);
/** Long text of at most 2,500 characters. */
export const Text2500: FieldType<FieldOptions<string>> = text('Text2500', 2_500);
/** Long text of at most 3,000 characters. */
export const Text3K: FieldType<FieldOptions<string>> = text('Text3K', 3_000);
/** Long text of at most 5,000 characters. */
export const Text5K: FieldType<FieldOptions<string>> = text('Text5K', 5_000);
/** Long text of at most 8,000 characters. */
export const Text8K: FieldType<FieldOptions<string>> = text('Text8K', 8_000);
/** Long text of at most 10,000 characters. */
export const Text10K: FieldType<FieldOptions<string>> = text('Text10K', 10_000);
/** Long text of at most 16,000 characters. */
export const Text16K: FieldType<FieldOptions<string>> = text('Text16K', 16_000);
/** Long text of at most 32,000 characters. */
export const Text32K: FieldType<FieldOptions<string>> = text('Text32K', 32_000);
/** Long text of at most 48,000 characters. */
export const Text48K: FieldType<FieldOptions<string>> = text('Text48K', 48_000);
/** Long text of at most 60,000 characters. */
export const Text60K: FieldType<FieldOptions<string>> = text('Text60K', 60_000);
/** Long text of at most 65,536 characters. */
export const Text64K: FieldType<FieldOptions<string>> = text('Text64K', 65_536);
/** Long text of at most 100,000 characters. */
export const Text100K: FieldType<FieldOptions<string>> = text('Text100K', 100_000);
/** Long text of at most 131,072 characters. */
export const Text128K: FieldType<FieldOptions<string>> = text('Text128K', 131_072);
/** Long text of at most 1,000,000 characters. */
export const Text1M: FieldType<FieldOptions<string>> = text('Text1M', 1_000_000);
