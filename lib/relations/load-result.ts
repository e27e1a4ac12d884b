import type { Loaded, Needs } from './loaded.js';
import type { Closed, ModelOf, ProvenPaths, WithPrefixes } from './loaded-proof.js';
import type { RelationPath } from './relation-types.js';

/** The option `load` of a model: relation paths. */
export type LoadList<Model> = readonly RelationPath<Model>[];

/**
 * What a query with the option `load` gives. The paths are known when they are literals, or a constant with
 * `as const`: then the result is closed. Of a list that is only known at run time the result is the model itself,
 * neither guarded nor claimed to be loaded, with what is certain among conditions
 * (`load: detailed ? ['author', 'comments'] : ['author']`).
 */
export type LoadResult<Model, Load extends LoadList<Model>> = {
  // Picked by an index: the compiler would infer into the branches of a conditional type, which is expensive.
  readonly none: Loaded<Model>;
  readonly known: Loaded<Model, Load[number]>;
  readonly partial: WithPaths<Model, CertainPath<Load>>;
  readonly unknown: Model;
}[Knowledge<Load>];

/**
 * What `save()` and `update()` with the option `load` give back: the type of the entity that was passed, and the new
 * relations.
 */
export type WrittenResult<Entity, Load extends readonly unknown[]> = {
  readonly none: Entity;
  readonly known: WithMore<Entity, CertainPath<Load>>;
  readonly partial: WithMore<Entity, CertainPath<Load>>;
  readonly unknown: Entity;
}[Knowledge<Load>];

/**
 * What is known of a list of paths: all of them; some, where there are several lists, or several paths at one place, of
 * which one is meant, or where others follow; nothing.
 */
type Knowledge<Load extends readonly unknown[], All = Load> = Load extends unknown
  ? number extends Load['length']
    ? Load extends readonly [unknown, ...unknown[]]
      ? 'partial'
      : 'unknown'
    : [All] extends [Load]
      ? Load extends readonly []
        ? 'none'
        : true extends { [Place in keyof Load]: IsUnion<Load[Place]> }[number]
          ? 'partial'
          : 'known'
      : 'partial'
  : never;

type WithPaths<Model, Path> = [Path] extends [infer Known extends RelationPath<Model>]
  ? [Known] extends [never]
    ? Model
    : Needs<Model, Known>
  : never;

type WithMore<Entity, Path> = [Path] extends [never]
  ? Entity
  : Entity extends Closed
    ? [Path | ProvenPaths<Entity>] extends [infer Known extends RelationPath<ModelOf<Entity>>]
      ? Loaded<ModelOf<Entity>, Known>
      : never
    : WithPaths<ModelOf<Entity>, Path> & Entity;

/** The paths that are in every one of these lists, whatever their length. */
type CertainPath<Load extends readonly unknown[]> =
  FixedPath<Load> extends infer Path
    ? Path extends unknown
      ? [LoadWithout<Load, Path>] extends [never]
        ? Path
        : never
      : never
    : never;

type LoadWithout<Load extends readonly unknown[], Path> = Load extends unknown
  ? Path extends WithPrefixes<FixedPath<Load>>
    ? never
    : Load
  : never;

/** The paths at those places of a list where one path stands, and not one of several. */
type FixedPath<Load extends readonly unknown[]> = Load extends readonly [infer First extends string, ...infer Rest]
  ? (IsUnion<First> extends true ? never : First) | FixedPath<Rest>
  : never;

type IsUnion<Type, All = Type> = Type extends unknown ? ([All] extends [Type] ? false : true) : never;
