declare const baseModel: unique symbol;
declare const loadedRelations: unique symbol;
declare const nothingElse: unique symbol;

/** A path and what it goes through: `author.profile` is `author` and `author.profile`. */
export type WithPrefixes<Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head | `${Head}.${WithPrefixes<Rest>}`
  : Path;

/**
 * Says to the compiler which relations of an entity are loaded, and of which model it is. No such properties
 * exist at run time.
 */
export type LoadedProof<Model, Path extends string> = {
  readonly [baseModel]: Model;
  readonly [loadedRelations]: { readonly [Key in WithPrefixes<Path>]: true };
};

/** `LoadedProof` of a result, whose other relations must not be used. */
export type ClosedProof<Model, Path extends string> = {
  readonly [baseModel]: Model;
  readonly [loadedRelations]: { readonly [Key in WithPrefixes<Path>]: true };
  readonly [nothingElse]: true;
};

/** Any result whose other relations must not be used. */
export interface Closed {
  readonly [nothingElse]: true;
}

/** The model class behind a `Loaded<…>` or `Needs<…>` type; any other type is itself. */
export type ModelOf<Value> = Value extends { readonly [baseModel]: infer Model } ? Model : Value;

/** The relation paths that are loaded as far as the type of an entity says. */
export type ProvenPaths<Entity> = Entity extends { readonly [loadedRelations]: infer Paths }
  ? keyof Paths & string
  : never;
