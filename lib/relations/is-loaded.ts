import type { Branded } from '../base-entities/index.js';
import { quietRead } from '../entity-model/index.js';
import { entityState } from '../hydration/index.js';
import type { LoadedEntity, NeededEntity, Probed } from './loaded.js';
import type { Closed, ModelOf, ProvenPaths } from './loaded-proof.js';
import type { RelationKeys, RelationPath, RelationTarget } from './relation-types.js';
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

/** What an object holds under a name; a lazy relation is looked at without being read, because reading it is a query. */
function held(object: object, name: string): unknown {
  const lazy = quietRead(object, `__${name}__`);
  if (lazy !== undefined) return lazy;
  if (entityState(object)?.metadata.relations.some((relation) => relation.isLazy && relation.propertyName === name)) {
    return undefined;
  }
  return quietRead(object, name);
}

/** The path that was given, or those that are near it. `this` in a class is a type parameter, of which nothing is known. */
// Only with any does the compiler leave the question open for a type parameter, and take the path as it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type PathOf<Entity, Path extends string> = [Entity extends object ? any : never] extends [never]
  ? Path
  : ModelOf<Entity> extends Branded
    ? string extends Path
      ? RelationPath<Entity>
      : Path extends RelationPath<Entity>
        ? Path
        : NearPath<ModelOf<Entity>, Path>
    : Path;
type NearPath<Model, Path extends string> = Path extends `${infer Name}.${infer Rest}`
  ? Name extends RelationKeys<Model>
    ? `${Name}.${NearPath<RelationTarget<Model[Name]>, Rest>}`
    : NameOf<Model>
  : NameOf<Model>;
type NameOf<Model> = { [Key in RelationKeys<Model>]: Key }[RelationKeys<Model>];
type Proven<Entity, Path extends string> = Entity extends Closed
  ? LoadedEntity<ModelOf<Entity>, Path | ProvenPaths<Entity>, '', Probed>
  : NeededEntity<ModelOf<Entity>, Path>;
