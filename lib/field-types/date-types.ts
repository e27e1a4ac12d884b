import { createFieldType, type FieldType } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';
import type { FieldSpec } from './field-spec.js';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
/** A `+` in a query string arrives as a space when the client forgot to encode it. */
const LOST_PLUS = /^(\d{4}-\d{2}-\d{2}T\S+) (\d{2}:?\d{2})$/;

function isCalendarDate(value: unknown): boolean {
  const match = typeof value === 'string' ? DATE.exec(value) : null;
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number);
  if (year < 1) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  // A day that the month does not have is one of another month.
  return date.getUTCMonth() === month - 1;
}

function readDateTime(value: unknown, source: 'json' | 'query'): unknown {
  if (typeof value !== 'string') return value;
  const text = source === 'query' ? value.replace(LOST_PLUS, '$1+$2') : value;
  const day = DATE_TIME.exec(text)?.[1] ?? text;
  if (!isCalendarDate(day)) return value;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? value : date;
}

/** What `DateTime` knows; shared with the timestamps of the table bases. */
export const dateTimeSpec: FieldSpec = {
  name: 'DateTime',
  rules: [
    {
      name: 'isDate',
      message: "must be an ISO 8601 date-time with an offset, such as '2026-01-31T12:00:00Z'",
      check: (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime()),
    },
    {
      name: 'isDateInRange',
      // MariaDB's DATETIME begins in 1000, and its driver reads the year 1 as 2001.
      message: 'must be between the years 1000 and 9999',
      check: (value: unknown): boolean => {
        const year = (value as Date).getUTCFullYear();
        return year >= 1000 && year <= 9999;
      },
    },
  ],
  convert: readDateTime,
  column: {
    portable: { type: Date, precision: 3 },
    byEngine: (engine) =>
      engine === 'postgres'
        ? { type: 'timestamp with time zone', precision: 3 }
        : engine === 'sqlite'
          ? { type: 'datetime' }
          : engine === 'mysql'
            ? { type: 'datetime', precision: 3 }
            : undefined,
    databaseDefault: false,
  },
  schema: { type: 'string', format: 'date-time' },
};

/** A point in time in the years 1000 to 9999 as a `Date`, stored to the millisecond. Input: ISO 8601 with an offset, or a date alone (midnight UTC). */
export const DateTime: FieldType<FieldOptions<Date>> = createFieldType<Date>(dateTimeSpec);

/** A calendar date in the years 1000 to 9999 as text, `YYYY-MM-DD`: no time, no time zone. */
export const DateOnly: FieldType<FieldOptions<string>> = createFieldType<string>({
  name: 'DateOnly',
  rules: [
    { name: 'isDateOnly', message: "must be a calendar date, such as '2026-01-31'", check: isCalendarDate },
    {
      name: 'isDateInRange',
      message: 'must be between the years 1000 and 9999',
      check: (value) => (value as string) >= '1000',
    },
  ],
  convert: (value: unknown): unknown => value,
  column: { portable: { type: 'date' }, databaseDefault: true },
  schema: { type: 'string', format: 'date' },
});
