import type { ClassTransformOptions } from 'class-transformer';

/** Where `@SerializeOptions()` keeps its argument. */
export const SERIALIZE_OPTIONS = 'class_serializer:options';

/** Where a `@ResponseModel` handler's own `@SerializeOptions()` are kept from start-up on. */
export const OWN_SERIALIZE_OPTIONS = 'nestjs-sqlmodel-ext:serialize-options';

/** What `@SerializeOptions()` says on a handler or its controller; undefined: nothing. */
export function serializeOptionsOf(handler: Function, controller: Function): ClassTransformOptions | undefined {
  const key = Reflect.hasOwnMetadata(OWN_SERIALIZE_OPTIONS, handler) ? OWN_SERIALIZE_OPTIONS : SERIALIZE_OPTIONS;
  return (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(SERIALIZE_OPTIONS, controller)) as
    ClassTransformOptions | undefined;
}
