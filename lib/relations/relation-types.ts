import type { Branded } from '../base-entities/index.js';

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

type Shallower = [never, 0, 1, 2, 3, 4];

/** Paths of relations from a model, such as `author` and `author.profile`, up to four levels deep. */
export type RelationPath<Model, Depth extends number = 3> = [Depth] extends [never]
  ? never
  : {
      [Key in RelationKeys<Model>]:
        Key | (Depth extends 0 ? never : `${Key}.${RelationPath<RelationTarget<Model[Key]>, Shallower[Depth]>}`);
    }[RelationKeys<Model>];
