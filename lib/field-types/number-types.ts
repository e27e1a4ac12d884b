import { inspect } from 'node:util';
import type { ValueTransformer } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { COMMON_OPTIONS, createFieldType, type FieldType } from './create-field-type.js';
import type { FieldColumn } from './field-column.js';
import type { FieldOptions, NumberFieldOptions } from './field-options.js';
import type { FieldRule } from './field-rule.js';
import type { FieldSpec, InputSource } from './field-spec.js';
import { INT32_MAX, INT64_MAX, JS_MAX_SAFE_INTEGER } from './numeric-limits.js';

const isInteger: FieldRule = {
  name: 'isInt',
  message: 'must be an integer',
  check: (value) => typeof value === 'number' && Number.isSafeInteger(value),
};

const isFiniteNumber: FieldRule = {
  name: 'isNumber',
  message: 'must be a finite number',
  check: (value) => typeof value === 'number' && Number.isFinite(value),
};

const isBigInt: FieldRule = {
  name: 'isBigInt',
  message: 'must be an integer, as a number up to 2^53 − 1 or as a string of digits',
  check: (value) => typeof value === 'bigint',
};

/** At least `limit`. */
export function min(limit: number | bigint): FieldRule {
  return { name: 'min', message: `must not be less than ${limit}`, check: (value) => (value as number) >= limit };
}

/** At most `limit`. */
export function max(limit: number | bigint): FieldRule {
  return { name: 'max', message: `must not be greater than ${limit}`, check: (value) => (value as number) <= limit };
}

function above(limit: number): FieldRule {
  return {
    name: 'isAbove',
    message: `must be greater than ${limit}`,
    check: (value) => (value as number) > limit,
  };
}

const NUMBER_OPTIONS = [...COMMON_OPTIONS, 'min', 'max'];

const INTEGER_COLUMN: FieldColumn = { portable: { type: Number }, databaseDefault: true };

/** Drivers give 64-bit integers as text; the rules keep them within what a number holds exactly. */
const textToNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};
const BIGINT_COLUMN: FieldColumn = {
  portable: { type: 'bigint' },
  transformer: textToNumber,
  databaseDefault: true,
};

const textToBigInt: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  from: (value: unknown) => (value === null || value === undefined ? value : BigInt(value as string)),
};

const FLOAT_COLUMN: FieldColumn = {
  portable: { type: 'float' },
  byEngine: (engine) =>
    engine === 'postgres'
      ? { type: 'double precision' }
      : engine === 'mysql'
        ? { type: 'double' }
        : engine === 'sqlite'
          ? { type: 'real' }
          : undefined,
  databaseDefault: true,
};

const readInteger = (value: unknown, source: InputSource): unknown =>
  source === 'query' && typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;

const readFloat = (value: unknown, source: InputSource): unknown =>
  source === 'query' && typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : value;

const readBigInt = (value: unknown): unknown => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : value;
};

/** An integer field type; its range is narrowed further by the field's own `min` and `max`. */
function integerSpec(name: string, low: number, high: number, column: FieldColumn) {
  return (options: NumberFieldOptions): FieldSpec => {
    checkBounds(name, options);
    const minimum = Math.max(low, options.min ?? low);
    const maximum = Math.min(high, options.max ?? high);
    return {
      name,
      rules: [isInteger, min(minimum), max(maximum)],
      convert: readInteger,
      column,
      schema: {
        type: 'integer',
        ...(column === BIGINT_COLUMN ? { format: 'int64' } : {}),
        minimum,
        maximum,
      },
      ownOptions: NUMBER_OPTIONS,
    };
  };
}

/** A float field type of at least, or above, `low`; its range is narrowed further by the field's `min` and `max`. */
function floatSpec(name: string, low?: number, excludesLow = false) {
  return (options: NumberFieldOptions): FieldSpec => {
    checkBounds(name, options);
    const { max: maximum } = options;
    const isNarrowed = options.min !== undefined && (low === undefined || options.min > low);
    const minimum = isNarrowed ? options.min : low;
    const isAbove = excludesLow && !isNarrowed;
    return {
      name,
      rules: [
        isFiniteNumber,
        ...(minimum === undefined ? [] : [isAbove ? above(minimum) : min(minimum)]),
        ...(maximum === undefined ? [] : [max(maximum)]),
      ],
      convert: readFloat,
      column: FLOAT_COLUMN,
      schema: {
        type: 'number',
        ...(minimum === undefined ? {} : { minimum }),
        ...(isAbove ? { exclusiveMinimum: true } : {}),
        ...(maximum === undefined ? {} : { maximum }),
      },
      ownOptions: NUMBER_OPTIONS,
    };
  };
}

function checkBounds(name: string, options: NumberFieldOptions): void {
  for (const bound of ['min', 'max'] as const) {
    const value: unknown = options[bound];
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) continue;
    throw new ConfigurationError(`@${name}: '${bound}' must be a finite number, but is ${inspect(value)}.`);
  }
  if (options.min !== undefined && options.max !== undefined && options.min > options.max) {
    throw new ConfigurationError(`@${name}: 'min' ${options.min} is greater than 'max' ${options.max}.`);
  }
}

/** A 32-bit integer. */
export const Int: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('Int', -INT32_MAX - 1, INT32_MAX, INTEGER_COLUMN),
);
/** An integer from 1 to 2,147,483,647. */
export const PositiveInt: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('PositiveInt', 1, INT32_MAX, INTEGER_COLUMN),
);
/** An integer from 0 to 2,147,483,647. */
export const NonNegativeInt: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('NonNegativeInt', 0, INT32_MAX, INTEGER_COLUMN),
);
/** A TCP or UDP port: 1 to 65,535. */
export const Port: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('Port', 1, 65_535, INTEGER_COLUMN),
);
/** A whole percentage: 0 to 100. */
export const Percentage: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('Percentage', 0, 100, INTEGER_COLUMN),
);
/** An integer from 1 to 2^53 − 1, in a 64-bit column. */
export const PositiveBigInt: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('PositiveBigInt', 1, JS_MAX_SAFE_INTEGER, BIGINT_COLUMN),
);
/** An integer from 0 to 2^53 − 1, in a 64-bit column. */
export const NonNegativeBigInt: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  integerSpec('NonNegativeBigInt', 0, JS_MAX_SAFE_INTEGER, BIGINT_COLUMN),
);

/** A 64-bit integer as a `bigint`. JSON carries it as a string of digits; input may also be a safe number. */
export const Int64: FieldType<FieldOptions<bigint>> = createFieldType<bigint>({
  name: 'Int64',
  rules: [isBigInt, min(-INT64_MAX - 1n), max(INT64_MAX)],
  convert: readBigInt,
  serialize: (value) => (typeof value === 'bigint' ? value.toString() : value),
  column: { portable: { type: 'bigint' }, transformer: textToBigInt, databaseDefault: false },
  schema: { type: 'string', format: 'int64', pattern: '^-?\\d{1,19}$' },
});

/** A double-precision number; never NaN or infinite. */
export const Float: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(floatSpec('Float'));
/** A double-precision number greater than 0. */
export const PositiveFloat: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  floatSpec('PositiveFloat', 0, true),
);
/** A double-precision number of 0 or more. */
export const NonNegativeFloat: FieldType<NumberFieldOptions> = createFieldType<number, NumberFieldOptions>(
  floatSpec('NonNegativeFloat', 0),
);
