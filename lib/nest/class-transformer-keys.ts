import { createRequire } from 'node:module';
import { TransformationType, type ClassTransformOptions } from 'class-transformer';
import { lineage } from '../field-types/index.js';

/*
 * What class-transformer knows of a class. It has no public way to ask; what it does itself is asked here, so that
 * strategies, groups, versions and prefixes mean the same as in its own output.
 */
interface TypeMetadata {
  readonly typeFunction?: (options: object) => unknown;
  readonly options?: { readonly discriminator?: object };
}
interface Storage {
  readonly _typeMetadatas: ReadonlyMap<Function, ReadonlyMap<string | undefined, TypeMetadata>>;
  findTypeMetadata(model: Function, name: string): TypeMetadata | undefined;
  getExposedProperties(model: Function, type: TransformationType): string[];
}
type Executor = new (
  type: TransformationType,
  options: ClassTransformOptions,
) => { getKeys(model: Function, object: object, isMap: boolean): string[] };

const load = createRequire(import.meta.url);
const { defaultMetadataStorage: storage } = load('class-transformer/cjs/storage.js') as {
  defaultMetadataStorage: Storage;
};
const { TransformOperationExecutor } = load('class-transformer/cjs/TransformOperationExecutor.js') as {
  TransformOperationExecutor: Executor;
};

/** Properties that `@Expose()` or `@Type()` name. */
export function transformedNames(model: Function): string[] {
  return [
    ...storage.getExposedProperties(model, TransformationType.CLASS_TO_PLAIN),
    ...lineage(model).flatMap((owner) => [...(storage._typeMetadatas.get(owner)?.keys() ?? [])]),
  ].filter((name) => name !== undefined);
}

/** Which of these properties of a class go out when it is serialised. */
export function exposedNames(
  model: Function,
  names: readonly string[],
  options: ClassTransformOptions,
): ReadonlySet<string> {
  const instance = Object.fromEntries(names.map((name) => [name, null]));
  return new Set(
    new TransformOperationExecutor(TransformationType.CLASS_TO_PLAIN, options).getKeys(model, instance, false),
  );
}

/** Whether a property has a `@Type()` that gives no class, as in a circular import. */
export function lacksItsType(model: Function, name: string): boolean {
  const metadata = storage.findTypeMetadata(model, name);
  if (!metadata?.typeFunction || metadata.options?.discriminator) return false;
  try {
    return metadata.typeFunction({ newObject: {}, object: {}, property: name }) === undefined;
  } catch (error) {
    // Others look at the value.
    return error instanceof ReferenceError;
  }
}

/** What `@Type()` gives for a property; undefined without it, and where the value itself decides. */
export function transformedType(model: Function, name: string): unknown {
  const metadata = storage.findTypeMetadata(model, name);
  if (!metadata?.typeFunction || metadata.options?.discriminator) return undefined;
  try {
    return metadata.typeFunction({ newObject: {}, object: {}, property: name });
  } catch {
    // It looks at the value.
    return undefined;
  }
}
