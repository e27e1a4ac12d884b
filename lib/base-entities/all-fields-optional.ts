import { IsOptional, ValidateIf } from 'class-validator';
import { ignoresExtra } from '../entity-model/index.js';
import {
  declareField,
  fieldsOf,
  markDataModel,
  openApiProperty,
  openApiPropertyNames,
  propertyNames,
  writeOpenApiProperty,
} from '../field-types/index.js';
import type { MixinBase } from './constructor-types.js';

/** The fields of a data class, each optional; null where the field is nullable. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript demands any[] for mixin bases
export type AllOptional<Base extends MixinBase> = abstract new (...args: any[]) => Partial<InstanceType<Base>>;

/**
 * The class of a PATCH body: every field of the base is optional, with its rules, conversion and
 * description kept and its default dropped. Null stays legal exactly where the field is nullable. Fields
 * with a single possible value (literals) stay required.
 *
 * The base's constructor does not run: its field initialisers would look like values that the client sent.
 */
export function AllFieldsOptional<Base extends MixinBase>(base: Base): AllOptional<Base> {
  class AllOptionalMixin {}
  Object.setPrototypeOf(AllOptionalMixin, base);
  Object.setPrototypeOf(AllOptionalMixin.prototype, base.prototype as object);
  const { prototype } = AllOptionalMixin;

  const literals = new Set<string>();
  const fields = fieldsOf(base);
  for (const field of fields.values()) {
    if (field.spec.literal === true) {
      literals.add(field.name);
      continue;
    }
    declareField({
      ...field,
      declaredBy: AllOptionalMixin,
      optional: true,
      options: { ...field.options, default: undefined },
    });
    const mayBeNull = field.options.nullable === true;
    ValidateIf((_input: unknown, value: unknown) => value !== undefined && !(value === null && mayBeNull))(
      prototype,
      field.name,
    );
  }
  for (const name of propertyNames(base)) {
    // Rules that the user has written without a field type.
    if (!fields.has(name)) IsOptional()(prototype, name);
  }
  for (const name of openApiPropertyNames(base.prototype as object)) {
    if (literals.has(name)) continue;
    const { default: _dropped, ...schema } = openApiProperty(base.prototype as object, name) ?? {};
    writeOpenApiProperty(prototype, name, { ...schema, required: false });
  }
  markDataModel(AllOptionalMixin, { extra: ignoresExtra(base) ? 'ignore' : 'forbid' });
  return AllOptionalMixin;
}
