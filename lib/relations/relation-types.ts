import type { Branded } from '../base-entities/index.js';
import type { ModelOf } from './loaded-proof.js';

/** The model behind a relation property: through null, undefined, promises and lists. Never: no relation. */
export type RelationTarget<Value> =
  NonNullable<Value> extends infer Present
    ? Present extends readonly (infer Item)[]
      ? Item extends Branded
        ? Item
        : never
      : Present extends Promise<infer Lazy>
        ? RelationTarget<Lazy>
        : Present extends Branded
          ? Present
          : never
    : never;

/** Names of the relations of a model. */
export type RelationKeys<Model> = {
  [Key in keyof Model & string]-?: [RelationTarget<Model[Key]>] extends [never] ? never : Key;
}[keyof Model & string];

/** Values that are no embedded objects. */
type Single =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Function
  | Date
  | Uint8Array
  | Branded
  | readonly unknown[]
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | Promise<unknown>;

/** Names of the embedded objects of a model that have relations, up to two levels deep. */
export type EmbeddedKeys<Model, Depth extends number = 1> = {
  [Key in keyof Model & string]-?: HasRelations<Model[Key], Depth> extends true ? Key : never;
}[keyof Model & string];

/** Names of what holds relations: relations themselves, and embedded objects that have some. */
export type GuardedKeys<Model> = RelationKeys<Model> | EmbeddedKeys<Model>;

type HasRelations<Value, Depth extends number> = 0 extends 1 & Value
  ? false // any
  : Exclude<Value, Single> extends infer Part
    ? [Part] extends [never]
      ? false
      : [RelationKeys<Part>] extends [never]
        ? Depth extends 0
          ? false
          : [EmbeddedKeys<Part, 0>] extends [never]
            ? false
            : true
        : true
    : false;

/**
 * Names of properties with other objects: a plain entity looks like an embedded object or a JSON value to the compiler.
 * Whether such a name is a relation, the data source knows.
 */
type ObjectKeys<Model> = {
  [Key in keyof Model & string]-?: IsObject<NonNullable<Model[Key]>> extends true ? Key : never;
}[keyof Model & string];

type IsObject<Value> = 0 extends 1 & Value
  ? false // any
  : Value extends readonly (infer Item)[]
    ? IsObject<NonNullable<Item>>
    : [Exclude<Value, Single>] extends [never]
      ? false
      : true;

type Shallower = [never, 0, 1, 2, 3, 4];

/** Paths of relations from a model, such as `author` and `author.profile`, up to four levels deep. */
export type RelationPath<Model, Depth extends number = 3> = PathFrom<ModelOf<Model>, Depth>;

type PathFrom<Model, Depth extends number> = [Depth] extends [never]
  ? never
  : | {
        [Key in RelationKeys<Model>]:
          Key | (Depth extends 0 ? never : `${Key}.${PathFrom<RelationTarget<Model[Key]>, Shallower[Depth]>}`);
      }[RelationKeys<Model>]
    | ObjectKeys<Model>
    | {
        [Key in EmbeddedKeys<Model>]: `${Key}.${PathFrom<NonNullable<Model[Key]>, Shallower[Depth]>}`;
      }[EmbeddedKeys<Model>];
