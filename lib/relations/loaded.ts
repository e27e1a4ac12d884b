import type { Branded } from '../base-entities/index.js';
import type { ClosedProof, LoadedProof } from './loaded-proof.js';
import type { GuardedKeys, RelationPath } from './relation-types.js';

/**
 * A model with these relations loaded, and no others: the result of a query. Using another one does not compile,
 * and the message says what to do. It is assignable to `Model`, and a `Loaded` with fewer relations does not take
 * its place: write `Needs` for parameters.
 *
 * To assign a relation that is not loaded, take the entity as its model first: `const article: Article = loaded`.
 */
export type Loaded<Model, Path extends RelationPath<Model> = never> = LoadedEntity<Model, Path>;

/**
 * A model with at least these relations loaded: the parameter of what uses them. Says nothing about the others.
 */
export type Needs<Model, Path extends RelationPath<Model>> = NeededEntity<Model, Path>;

/*
 * How a relation that is not loaded becomes an error. `User & NotLoaded<'…'>` has a property with two literal types
 * that nothing can be: the compiler reduces it to never, and prints the name of the type, hence the message, where
 * something is read from it. The original type stays in the intersection, so that the whole is still assignable to
 * the model, private members included.
 */

type Brand<Value> = { readonly [Key in keyof Branded]: Value };

/** What stands in a `Loaded` type where a relation is not loaded: reading from it does not compile. */
// An interface, not an alias: declaration files can name it.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface NotLoaded<Message extends string> extends Brand<Message> {}

/** `NotLoaded` for a relation with many. */
export interface NotLoadedList<Message extends string> {
  // Not by its length: `isLoaded()` could not give the length back its type.
  readonly [Symbol.unscopables]: null;
  // Without the compiler's option strictNullChecks null conflicts with nothing.
  readonly length: null extends number ? Message : number;
}

/**
 * Takes the effect of `NotLoaded` away: what has a property of type never beforehand is not reduced. It is what
 * `isLoaded()` adds to a type, because narrowing only ever adds.
 */
export interface Probed extends Brand<never> {
  readonly [Symbol.unscopables]: never;
  readonly length: null extends number ? never : unknown;
}

type MessageFor<Path extends string> = `relation '${Path}' is not loaded: add it to load: ['${Path}']`;

/** The first name of each path. */
type Head<Path extends string> = Path extends `${infer Name}.${string}` ? Name : Path;

/** What follows a name in the paths that begin with it. */
type Tail<Path extends string, Name extends string> = Path extends `${Name}.${infer Rest}` ? Rest : never;

/**
 * `Loaded` below the entity that was queried. `Prefix` leads from there to here, for messages; `Mark` is a part of
 * what is loaded.
 */
export type LoadedEntity<Model, Path extends string, Prefix extends string = '', Mark = unknown> = LoadedRelations<
  Model,
  Path,
  Prefix,
  Mark
> &
  ClosedProof<Model, Path> &
  Model;

/** What `Loaded` says of the relations of a model, and of its embedded objects that have relations. */
export type LoadedRelations<Model, Path extends string, Prefix extends string, Mark, Names = Head<Path>> = {
  [Key in GuardedKeys<Model>]: Key extends Names
    ? LoadedValue<Model[Key], Tail<Path, Key>, `${Prefix}${Key}.`, Mark>
    : UnloadedValue<Model[Key], `${Prefix}${Key}`, Mark>;
};

type LoadedValue<Value, Path extends string, Prefix extends string, Mark> = Value extends null | undefined
  ? Value
  : Value extends Branded
    ? Mark & LoadedEntity<Value, Path, Prefix, Mark>
    : Value extends (infer Item)[]
      ? Mark & LoadedEntity<Item, Path, Prefix, Mark>[]
      : Value extends readonly (infer Item)[]
        ? Mark & readonly LoadedEntity<Item, Path, Prefix, Mark>[]
        : Value extends Promise<infer Lazy>
          ? Promise<LoadedValue<Lazy, Path, Prefix, Mark>>
          : LoadedRelations<Value, Path, Prefix, Mark>;

type UnloadedValue<Value, Path extends string, Mark> = Value extends Branded
  ? NotLoaded<MessageFor<Path>>
  : Value extends readonly unknown[]
    ? NotLoadedList<MessageFor<Path>>
    : // Null stays, or isLoaded() would take it away. A lazy relation loads itself.
      Value extends null | undefined | Promise<unknown>
      ? Value
      : LoadedRelations<Value, never, `${Path}.`, Mark>;

/** `Needs` below the entity that is the parameter. */
// The proof first: of an entity with less loaded the message is about the proof, and names the whole path.
export type NeededEntity<Model, Path extends string> = LoadedProof<Model, Path> & NeededRelations<Model, Path> & Model;

/** What `Needs` says of the relations of a model. */
export type NeededRelations<Model, Path extends string> = {
  [Key in Head<Path> & keyof Model & string]: NeededValue<Model[Key], Tail<Path, Key>>;
};

type NeededValue<Value, Path extends string> = [Path] extends [never]
  ? Value
  : Value extends null | undefined
    ? Value
    : Value extends Branded
      ? NeededEntity<Value, Path>
      : Value extends (infer Item)[]
        ? NeededEntity<Item, Path>[]
        : Value extends readonly (infer Item)[]
          ? readonly NeededEntity<Item, Path>[]
          : Value extends Promise<infer Lazy>
            ? Promise<NeededValue<Lazy, Path>>
            : NeededRelations<Value, Path>;
