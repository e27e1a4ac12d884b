import { Transform, TransformationType, Type } from 'class-transformer';
import { registerDecorator, ValidateIf, ValidateNested, type ValidationArguments } from 'class-validator';
import { Column, Index, type ColumnOptions } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import type { FieldDeclaration } from './field-declaration.js';
import type { FieldOptions } from './field-options.js';
import { declareField, fieldOf } from './field-registry.js';
import type { FieldSpec } from './field-spec.js';
import { explanations, fieldViolations } from './field-violations.js';
import { inputSourceOf } from './input-source-option.js';
import { writeOpenApiProperty } from './open-api.js';

const SPEC = Symbol('nestjs-sqlmodel-ext:field-spec');
const DECLARATION = Symbol('nestjs-sqlmodel-ext:field-declaration');

/** A property decorator that makes a field. */
export type FieldDecorator = PropertyDecorator;

/** A field type without further arguments: `@Str64()`, `@Str64({ unique: true })`. */
export type FieldType<Options> = (options?: Options) => FieldDecorator;

/** Makes a field type from what it knows. */
export function createFieldType<Value, Options extends FieldOptions<Value> = FieldOptions<Value>>(
  spec: FieldSpec | ((options: Options) => FieldSpec),
): FieldType<Options> {
  const specFor = (options: Options): FieldSpec => (typeof spec === 'function' ? spec(options) : spec);
  const fieldType = (options: Options = {} as Options): FieldDecorator => fieldDecorator(specFor(options), options);
  return Object.defineProperty(fieldType, SPEC, { get: () => specFor({} as Options) });
}

/** The decorator of one field: column, validation, conversion and OpenAPI at once. */
export function fieldDecorator(spec: FieldSpec, options: FieldOptions): FieldDecorator {
  const decorate: FieldDecorator = (prototype, property) => {
    const field = declaration(spec, options, prototype, property);
    declareField(field);
    describe(field, prototype);
    if (field.computed) return;
    validate(field, prototype);
    convert(field, prototype);
    store(field, prototype);
  };
  return Object.defineProperty(decorate, SPEC, { value: spec });
}

/** The field type behind a decorator (`Str(64)`) or a type (`Str64`), or undefined. */
export function fieldSpecOf(decoratorOrType: unknown): FieldSpec | undefined {
  return typeof decoratorOrType === 'function' ? (decoratorOrType as { [SPEC]?: FieldSpec })[SPEC] : undefined;
}

/** The field behind column options that a field type gave to TypeORM, or undefined for other columns. */
export function declarationOfColumn(options: ColumnOptions): FieldDeclaration | undefined {
  return (options as { [DECLARATION]?: FieldDeclaration })[DECLARATION];
}

/** Marks column options as coming from a field type. */
export function markColumn(options: ColumnOptions, field: FieldDeclaration): ColumnOptions {
  return { ...options, [DECLARATION]: field } as ColumnOptions;
}

function declaration(
  spec: FieldSpec,
  options: FieldOptions,
  prototype: object,
  property: string | symbol,
): FieldDeclaration {
  const declaredBy = prototype.constructor;
  if (typeof property === 'symbol') {
    throw new ConfigurationError(`@${spec.name} on ${declaredBy.name} needs a property with a string name.`);
  }
  const where = `@${spec.name} on ${declaredBy.name}.${property}`;
  rejectUnknownOptions(spec, options, where);
  const inherited = fieldOf(declaredBy, property);
  const merged = {
    ...options,
    ...(options.default === undefined ? {} : { default: normalizedDefault(spec, options.default) }),
    description: options.description ?? inherited?.options.description,
  };
  const computed = Object.getOwnPropertyDescriptor(prototype, property)?.get !== undefined;
  const field: FieldDeclaration = {
    name: property,
    spec,
    options: merged,
    declaredBy,
    computed,
    optional: options.nullable === true || options.default !== undefined,
  };
  checkDefault(field, where);
  return field;
}

/** Options of every field type. */
export const COMMON_OPTIONS: readonly string[] = [
  'nullable',
  'default',
  'unique',
  'index',
  'name',
  'description',
  'select',
  'transformer',
];

function rejectUnknownOptions(spec: FieldSpec, options: object, where: string): void {
  const allowed = spec.ownOptions ?? COMMON_OPTIONS;
  const unknown = Object.keys(options).filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return;
  throw new ConfigurationError(
    `${where}: unknown option ${unknown.map((name) => `'${name}'`).join(', ')}. Allowed are ${allowed.join(', ')}.`,
    { options: unknown },
  );
}

/** A default is stored as given code would be: trimmed, lower case. */
function normalizedDefault(spec: FieldSpec, value: unknown): unknown {
  if (typeof value === 'function' || value === null || !spec.normalize) return value;
  return spec.rules[0].check(value) ? spec.normalize(value) : value;
}

function checkDefault(field: FieldDeclaration, where: string): void {
  const value: unknown = field.options.default;
  if (value === undefined || typeof value === 'function') return;
  if (value === null) {
    if (field.options.nullable === true) return;
    throw new ConfigurationError(`${where}: the default is null, but the field is not nullable.`);
  }
  const [violation] = fieldViolations(field, value);
  if (violation) throw new ConfigurationError(`${where}: the default is not legal: ${violation.message}.`);
}

function describe(field: FieldDeclaration, prototype: object): void {
  const { spec, options } = field;
  const literal: unknown = options.default;
  writeOpenApiProperty(prototype, field.name, {
    ...spec.schema,
    required: field.computed || !field.optional,
    nullable: options.nullable === true ? true : undefined,
    default: typeof literal === 'function' || literal === null ? undefined : (spec.serialize?.(literal) ?? literal),
    description: options.description,
    readOnly: field.computed ? true : undefined,
  });
}

function validate(field: FieldDeclaration, prototype: object): void {
  const { spec, options } = field;
  ValidateIf((_input: unknown, value: unknown) => {
    if (value === undefined) return !field.optional;
    return value !== null || options.nullable !== true;
  })(prototype, field.name);
  if (spec.nested) ValidateNested()(prototype, field.name);
  const [typeRule] = spec.rules;
  for (const rule of spec.rules) {
    registerDecorator({
      target: prototype.constructor,
      propertyName: field.name,
      name: rule.name,
      validator: {
        validate: (value: unknown) => (rule !== typeRule && !typeRule.check(value)) || rule.check(value),
        defaultMessage: (context?: ValidationArguments) =>
          explanations(rule, context?.value)
            .map(({ path, message }) => `${context?.property ?? field.name}${path} ${message}`)
            .join(', '),
      },
    });
  }
}

function convert(field: FieldDeclaration, prototype: object): void {
  const { spec } = field;
  if (spec.nested) {
    Type(() => spec.nested?.() ?? Object)(prototype, field.name);
    return;
  }
  Transform(({ value, obj, key, type, options }) => {
    if (type !== TransformationType.PLAIN_TO_CLASS || value === null || value === undefined) return value as unknown;
    const given = (obj as Record<string, unknown> | undefined)?.[key];
    // `enableImplicitConversion` has made true of the text 'false', and March 2 of '2026-02-30'.
    const isGuess = options.enableImplicitConversion === true && typeof given === 'string' && typeof value !== 'string';
    if (isGuess) return spec.convert(given, 'query');
    return spec.convert(value, spec.lenient === true ? 'query' : inputSourceOf(options));
  })(prototype, field.name);
}

function store(field: FieldDeclaration, prototype: object): void {
  const { column } = field.spec;
  if (!column) return;
  const { options } = field;
  const transformers = [options.transformer, column.transformer].filter((transformer) => transformer !== undefined);
  const literal: unknown = options.default;
  const hasDatabaseDefault = column.databaseDefault && literal !== undefined && typeof literal !== 'function';
  Column(
    markColumn(
      {
        ...column.portable,
        nullable: options.nullable === true,
        unique: options.unique === true,
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.select === undefined ? {} : { select: options.select }),
        ...(transformers.length === 0
          ? {}
          : { transformer: transformers.length === 1 ? transformers[0] : transformers }),
        ...(hasDatabaseDefault ? { default: literal } : {}),
      },
      field,
    ),
  )(prototype, field.name);
  if (options.index === true) Index()(prototype, field.name);
}
