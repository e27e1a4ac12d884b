import type { Branded } from '../base-entities/index.js';
import { afterEntityMetadata, quietRead } from '../entity-model/index.js';
import type { LoadedEntity, NeededEntity, Probed } from './loaded.js';
import type { Closed, ModelOf, ProvenPaths } from './loaded-proof.js';
import type { EmbeddedKeys, RelationKeys, RelationPath, RelationTarget } from './relation-types.js';

/**
 * Whether a relation of an entity is loaded, and everything on the way to it: null and an empty list count as
 * loaded, a path through a list asks every item, and a relation that was assigned is there. Never loads, never
 * throws.
 *
 * ```ts
 * if (isLoaded(article, 'author.profile')) return article.author.profile;
 * ```
 */
export function isLoaded<Entity extends object, const Path extends string>(
  entity: Entity,
  path: PathOf<Entity, Path>,
): entity is Proven<Entity, Path> & Entity {
  return isThere(entity, path.split('.'));
}

function isThere(value: unknown, names: readonly string[]): boolean {
  if (value === undefined) return false;
  if (value === null || names.length === 0) return true;
  if (Array.isArray(value)) return value.every((item) => isThere(item, names));
  if (typeof value !== 'object') return false;
  const [name, ...below] = names;
  return isThere(held(value, name), below);
}

/** Names of the lazy relations of each class, by its prototype. */
const lazyNames = new WeakMap<object, Set<string>>();

afterEntityMetadata(({ entityMetadatas }) => {
  for (const { relations, target } of entityMetadatas) {
    for (const { isLazy, embeddedMetadata, propertyName } of relations) {
      const type = embeddedMetadata?.type ?? target;
      if (!isLazy || typeof type !== 'function') continue;
      const prototype = type.prototype as object;
      lazyNames.set(prototype, (lazyNames.get(prototype) ?? new Set()).add(propertyName));
    }
  }
});

/** What an object holds under a name; a lazy relation is looked at without being read, because reading it is a query. */
function held(object: object, name: string): unknown {
  const lazy = quietRead(object, `__${name}__`);
  if (lazy !== undefined) return lazy;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype && lazyNames.get(prototype)?.has(name)) {
    return Object.getOwnPropertyDescriptor(object, name)?.value; // assigned to a new entity
  }
  try {
    const value = quietRead(object, name);
    return typeof value === 'function' ? undefined : value;
  } catch {
    return undefined; // no relation, but a getter that uses what is not there
  }
}

/**
 * The path that was given; where there is no such path, the names that are possible at its place. `this` in a class
 * is a type parameter, of which nothing is known: there any path will do.
 */
// Only with any does the compiler leave the question open for a type parameter, and take the path as it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type PathOf<Entity, Path extends string> = [Entity extends object ? any : never] extends [never]
  ? Path
  : ModelOf<Entity> extends Branded
    ? string extends Path
      ? RelationPath<Entity> // for completion
      : Path extends RelationPath<Entity>
        ? Path
        : NearPath<ModelOf<Entity>, Path>
    : Path;

// Without names for the lists of names, which the compiler would print in their place.
type NearPath<Model, Path extends string> = Path extends `${infer Name}.${infer Rest}`
  ? Name extends RelationKeys<Model>
    ? `${Name}.${NearPath<RelationTarget<Model[Name]>, Rest>}`
    : Name extends EmbeddedKeys<Model>
      ? `${Name}.${NearPath<NonNullable<Model[Name]>, Rest>}`
      : // Mapped once more, so that the compiler prints the names and not what they are called here.
        { [Key in RelationKeys<Model>]: Key }[RelationKeys<Model>]
  : { [Key in RelationKeys<Model>]: Key }[RelationKeys<Model>];

/**
 * What the entity is known to be besides. Of a result all is said again, marked so that it prevails over what said
 * that the relation is not loaded.
 */
type Proven<Entity, Path extends string> = Entity extends Closed
  ? LoadedEntity<ModelOf<Entity>, Path | ProvenPaths<Entity>, '', Probed>
  : NeededEntity<ModelOf<Entity>, Path>;
