import { ignoresExtra } from '../entity-model/index.js';
import {
  DateTime,
  markDataModel,
  openApiProperty,
  openApiPropertyNames,
  PositiveInt,
  Uuid,
  writeOpenApiProperty,
} from '../field-types/index.js';
import type { Mixed, MixinBase } from './constructor-types.js';

/** An integer id in an answer. */
export interface IntIdFields {
  id: number;
}

/** A UUID in an answer. */
export interface UuidIdFields {
  id: string;
}

/** The two timestamps in an answer. */
export interface DatetimeFields {
  createdAt: Date;
  updatedAt: Date;
}

class Empty {}

const intId = PositiveInt({ description: 'Id' });
const uuidId = Uuid({ description: 'Id' });
const createdAt = DateTime({ description: 'When it was created' });
const updatedAt = DateTime({ description: 'When it was last updated' });

/** Adds required fields to a data class. */
function withFields<Base extends MixinBase, Fields>(
  base: Base,
  fields: Readonly<Record<string, PropertyDecorator>>,
): Mixed<Base, Fields> {
  abstract class InfoMixin extends base {}
  for (const [name, decorate] of Object.entries(fields)) decorate(InfoMixin.prototype, name);
  describeAsAnswer(InfoMixin.prototype);
  markDataModel(InfoMixin, { extra: ignoresExtra(base) ? 'ignore' : 'forbid' });
  return InfoMixin as unknown as Mixed<Base, Fields>;
}

/** An answer has every field: what input may leave out has its default or null by then. */
function describeAsAnswer(prototype: object): void {
  for (const name of openApiPropertyNames(prototype)) {
    writeOpenApiProperty(prototype, name, { ...openApiProperty(prototype, name), required: true });
  }
}

/** A data class with a required integer id. Without a base: a class with the id alone. */
export function IntIdInfo<Base extends MixinBase = typeof Empty>(base?: Base): Mixed<Base, IntIdFields> {
  return withFields((base ?? Empty) as Base, { id: intId });
}

/** A data class with a required UUID. Without a base: a class with the id alone. */
export function UuidIdInfo<Base extends MixinBase = typeof Empty>(base?: Base): Mixed<Base, UuidIdFields> {
  return withFields((base ?? Empty) as Base, { id: uuidId });
}

/** A data class with required timestamps. Without a base: a class with the timestamps alone. */
export function DatetimeInfo<Base extends MixinBase = typeof Empty>(base?: Base): Mixed<Base, DatetimeFields> {
  return withFields((base ?? Empty) as Base, { createdAt, updatedAt });
}

/** A data class with a required integer id and timestamps. */
export function IntIdDatetimeInfo<Base extends MixinBase = typeof Empty>(
  base?: Base,
): Mixed<Base, IntIdFields & DatetimeFields> {
  return withFields((base ?? Empty) as Base, { id: intId, createdAt, updatedAt });
}

/** A data class with a required UUID and timestamps. */
export function UuidIdDatetimeInfo<Base extends MixinBase = typeof Empty>(
  base?: Base,
): Mixed<Base, UuidIdFields & DatetimeFields> {
  return withFields((base ?? Empty) as Base, { id: uuidId, createdAt, updatedAt });
}
