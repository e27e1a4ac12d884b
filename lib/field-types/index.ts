export {
  Str,
  Text,
  Str16,
  Str24,
  Str32,
  Str36,
  Str48,
  Str64,
  Str100,
  Str128,
  Str255,
  Str256,
  Str500,
  Str512,
  Str2048,
  NonEmptyStr64,
  NonEmptyStrippedStr64,
  NonEmptyStr128,
  NonEmptyStrippedStr128,
  NonEmptyStr256,
  NonEmptyStrippedStr256,
  Text1K,
  Text1024,
  Text2K,
  Text2500,
  Text3K,
  Text5K,
  Text8K,
  Text10K,
  Text16K,
  Text32K,
  Text48K,
  Text60K,
  Text64K,
  Text100K,
  Text128K,
  Text1M,
  textSpec,
} from './text-types.js';
export { Bcp47LanguageCode, Email, Sha256Hex } from './pattern-types.js';
export {
  Float,
  Int,
  Int64,
  NonNegativeBigInt,
  NonNegativeFloat,
  NonNegativeInt,
  Percentage,
  Port,
  PositiveBigInt,
  PositiveFloat,
  PositiveInt,
} from './number-types.js';
export { INT32_MAX, INT64_MAX, JS_MAX_SAFE_INTEGER } from './numeric-limits.js';
export { Bool, Uuid } from './scalar-types.js';
export { DateOnly, DateTime, dateTimeSpec } from './date-types.js';
export { EnumOf, type EnumLike } from './enum-of.js';
export { Nested, type NestedFieldOptions } from './nested.js';
export {
  ListOf,
  List1,
  List2,
  List3,
  List7,
  List10,
  List16,
  List20,
  List32,
  List40,
  List50,
  List64,
  List100,
  List128,
  List200,
  List256,
  List1024,
  type ListFieldOptions,
  type ListItem,
} from './list-of.js';
export {
  createFieldType,
  declarationOfColumn,
  fieldDecorator,
  fieldSpecOf,
  markColumn,
  type FieldDecorator,
  type FieldType,
} from './create-field-type.js';
export { declareField, fieldOf, fieldsOf, lineage } from './field-registry.js';
export { explanations, fieldViolations } from './field-violations.js';
export { bindInput, isDataModel, type BoundInput } from './bind-input.js';
export { inputSourceOf, inputSourceOption } from './input-source-option.js';
export { markDataModel, ownDataModel, type DataModel } from './data-model.js';
export { propertyNames } from './property-names.js';
export { openApiProperty, openApiPropertyNames, writeOpenApiProperty } from './open-api.js';
export type { Engine } from './engine.js';
export type { EngineColumn, FieldColumn } from './field-column.js';
export type { FieldDeclaration } from './field-declaration.js';
export type { FieldOptions, NumberFieldOptions } from './field-options.js';
export type { FieldRule } from './field-rule.js';
export type { FieldSpec, InputSource } from './field-spec.js';
