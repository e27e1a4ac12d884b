import type { Loaded, NeededEntity } from './loaded.js';
import type { Closed, ModelOf, ProvenPaths } from './loaded-proof.js';
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
  readonly known: Loaded<Model, Load[number]>;
  readonly unknown: WithPaths<Model, CertainPath<Load>>;
}[Knowledge<Load>];

/**
 * What `save()` and `update()` with the option `load` give back: the type of the entity that was passed, and the new
 * relations.
 */
export type WrittenResult<Entity, Load extends readonly unknown[]> = {
  readonly same: Entity;
  readonly closed: WithLoaded<ModelOf<Entity>, ProvenPaths<Entity> | CertainPath<Load>>;
  readonly open: WithPaths<ModelOf<Entity>, CertainPath<Load>> & Entity;
}[[CertainPath<Load>] extends [never] ? 'same' : Entity extends Closed ? 'closed' : 'open'];

/** Whether the paths of a list are all known: not of several lists, of which one is meant, nor of any number of paths. */
type Knowledge<Load extends readonly unknown[], All = Load> = Load extends unknown
  ? [All] extends [Load]
    ? number extends Load['length']
      ? 'unknown'
      : 'known'
    : 'unknown'
  : never;

type WithLoaded<Model, Path> = [Path] extends [infer Known extends RelationPath<Model>] ? Loaded<Model, Known> : never;

type WithPaths<Model, Path> = [Path] extends [never] ? Model : NeededEntity<Model, Path & string>;

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
  ? Path extends FixedPath<Load>
    ? never
    : Load
  : never;

/** The paths at the known places of a list. */
type FixedPath<Load extends readonly unknown[]> = number extends Load['length']
  ? Load extends readonly [infer First, ...infer Rest]
    ? First | FixedPath<Rest>
    : never
  : Load[number];
