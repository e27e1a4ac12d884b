import type { FieldRule } from './field-rule.js';

/** Text that every database can store: no NUL byte, no half of a surrogate pair. */
export const isText: FieldRule = {
  name: 'isString',
  message: 'must be a string',
  check: (value) => typeof value === 'string',
};

/** PostgreSQL refuses NUL bytes, SQLite's length() stops at them. */
export const noNulByte: FieldRule = {
  name: 'noNulByte',
  message: 'must not contain a NUL byte',
  check: (value) => !(value as string).includes('\0'),
};

/** Half a surrogate pair cannot be encoded: it would be stored as a replacement character. */
export const wellFormed: FieldRule = {
  name: 'isWellFormed',
  message: 'must be well-formed Unicode text',
  check: (value) => (value as string).isWellFormed(),
};

/** At most `limit` characters, counted as databases count: by code points. */
export function maxLength(limit: number): FieldRule {
  return {
    name: 'maxLength',
    message: `must be at most ${limit} characters long`,
    check: (value) => codePointsAtMost(value as string, limit),
  };
}

/** At least one character. */
export const notEmpty: FieldRule = {
  name: 'isNotEmpty',
  message: 'must not be empty',
  check: (value) => value !== '',
};

/** Text that matches a pattern; `meaning` completes "must be". */
export function matches(name: string, pattern: RegExp, meaning: string): FieldRule {
  return { name, message: `must be ${meaning}`, check: (value) => pattern.test(value as string) };
}

function codePointsAtMost(text: string, limit: number): boolean {
  if (text.length <= limit) return true;
  if (text.length > limit * 2) return false;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    if (++count > limit) return false;
    if ((text.codePointAt(index) ?? 0) > 0xffff) index++;
  }
  return true;
}
