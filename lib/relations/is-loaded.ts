import type { Branded } from '../base-entities/index.js';
import type { Head, LoadedEntity, NeededEntity, Probed, Tail } from './loaded.js';
import type { Closed, ModelOf, ProvenPaths } from './loaded-proof.js';
import type { RelationKeys, RelationPath, RelationTarget } from './relation-types.js';
export function isLoaded<Entity extends object, const Path extends string>(
  entity: Entity,
  path: PathOf<Entity, Path>,
): entity is Proven<Entity, Path> & Entity {
  return true;
}
/** never for Entity that is a type parameter (this) */
type PathOf<Entity, Path extends string> = [Entity extends object ? any : never] extends [never]
  ? Path
  : ModelOf<Entity> extends Branded
    ? string extends Path ? RelationPath<Entity> : Path extends RelationPath<Entity> ? Path : NearPath<ModelOf<Entity>, Path>
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
