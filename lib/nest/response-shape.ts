import type { ClassTransformOptions } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { descriptorOf, isUnloaded } from '../entity-model/index.js';
import {
  fieldsOf,
  lineage,
  openApiProperty,
  openApiPropertyNames,
  type FieldDeclaration,
} from '../field-types/index.js';
import { exposedNames, transformedNames, transformedType } from './class-transformer-keys.js';

/** A property that a response model declares. */
export interface DeclaredProperty {
  readonly name: string;
  /** Its field type; undefined for what other decorators declare. */
  readonly field: FieldDeclaration | undefined;
  /** The data class of what it holds, one or a list; undefined: a plain value, or not known. */
  readonly nested: Function | undefined;
  /** Whether it goes out. What does not may still be read by `@Transform()`s and getters of those that do. */
  readonly exposed: boolean;
  /** Whether the class has an accessor or a method of the name, so that assigning would not do. */
  readonly inherited: boolean;
  /** A getter of the class: worked out from the other properties where the answer does not have it. */
  readonly computed: boolean;
}

/** What `@SerializeOptions()` says where it says nothing. */
export const NO_OPTIONS: ClassTransformOptions = {};

const shapes = new WeakMap<ClassTransformOptions, WeakMap<Function, readonly DeclaredProperty[]>>();

/**
 * The properties that a class declares: by field types, class-validator, class-transformer or OpenAPI. Classes are
 * complete and thunks can be called when the first answer goes out, not before.
 */
export function shapeOf(model: Function, options: ClassTransformOptions): readonly DeclaredProperty[] {
  let ofOptions = shapes.get(options);
  if (!ofOptions) shapes.set(options, (ofOptions = new WeakMap()));
  let shape = ofOptions.get(model);
  if (!shape) ofOptions.set(model, (shape = readShape(model, options)));
  return shape;
}

function readShape(model: Function, options: ClassTransformOptions): DeclaredProperty[] {
  const names = declaredNames(model);
  const exposed = exposedNames(model, names, options);
  const fields = fieldsOf(model);
  const prototype = model.prototype as object;
  return names.map((name) => {
    const field = fields.get(name);
    return {
      name,
      field,
      nested: field?.spec.nested?.() ?? declaredClass(model, name),
      exposed: exposed.has(name),
      inherited: name in prototype,
      computed: descriptorOf(prototype, name)?.get !== undefined && !isUnloaded(prototype, name),
    };
  });
}

/** Those without a field type first, as they always went out. */
function declaredNames(model: Function): string[] {
  const fields = [...fieldsOf(model).keys()];
  const validated = getMetadataStorage().getTargetValidationMetadatas(model, '', true, false);
  const others = new Set([
    ...validated.map(({ propertyName }) => propertyName),
    ...openApiPropertyNames(model.prototype as object),
    ...Object.keys(compiledProperties(model)),
    ...transformedNames(model),
  ]);
  for (const name of fields) others.delete(name);
  return [...others, ...fields];
}

/** The data class that decorators other than field types name, or that the property is declared with. */
function declaredClass(model: Function, name: string): Function | undefined {
  const prototype = model.prototype as object;
  return (
    dataClass(openApiProperty(prototype, name)?.['type']) ??
    dataClass(compiledProperties(model)[name]?.type) ??
    dataClass(transformedType(model, name)) ??
    dataClass(Reflect.getMetadata('design:type', prototype, name))
  );
}

interface CompiledProperty {
  readonly type?: unknown;
  readonly required?: boolean;
  readonly nullable?: boolean;
  readonly default?: unknown;
}

/** What the compiler plugin of `@nestjs/swagger` has written about a class, which OpenAPI reads later than we do. */
export function compiledProperties(model: Function): Readonly<Record<string, CompiledProperty | undefined>> {
  type Compiled = Function & { _OPENAPI_METADATA_FACTORY?: () => Record<string, CompiledProperty> };
  const owners = lineage(model).filter((owner) => Object.hasOwn(owner, '_OPENAPI_METADATA_FACTORY')) as Compiled[];
  return Object.assign({}, ...owners.map((owner) => owner._OPENAPI_METADATA_FACTORY?.())) as Record<
    string,
    CompiledProperty
  >;
}

/** A data class from what decorators take: a class, `[class]`, or a thunk of either. */
function dataClass(given: unknown): Function | undefined {
  const type: unknown = Array.isArray(given) ? given[0] : given;
  if (typeof type !== 'function' || type === Buffer || isBuiltIn(type)) return undefined;
  // OpenAPI knows thunks by the name that their key gives them; an arrow function is never a class.
  if (type.prototype === undefined || type.name === 'type') return dataClass((type as () => unknown)());
  return declaredNames(type).length > 0 ? type : undefined;
}

/** `String`, `Date` and the like, of this realm or another. */
function isBuiltIn(type: Function): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(type));
}
