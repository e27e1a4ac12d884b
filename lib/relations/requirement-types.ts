import type { Branded } from '../base-entities/index.js';
import type { RelationPath } from './relation-types.js';

/** Methods that can wait for relations: what they return is awaited or iterated asynchronously. */
export type WaitingMethod = (...args: never[]) => PromiseLike<unknown> | AsyncGenerator<unknown, unknown, never>;

/** The models in a parameter's type: the type itself, or what it lists. */
type ModelsIn<Value> =
  NonNullable<Value> extends infer Present
    ? 0 extends 1 & Present
      ? never // any
      : Present extends readonly (infer Item)[]
        ? ModelsIn<Item>
        : Present extends Branded
          ? Present
          : never
    : never;

type PathsOf<Model> = Model extends unknown ? RelationPath<Model> : never;

/** Paths that a service's method can require: those of its model parameters; any, where no parameter is a model. */
type ArgumentPath<Method> = Method extends (...args: infer Parameters) => unknown
  ? [ModelsIn<Parameters[number]>] extends [never]
    ? string
    : PathsOf<ModelsIn<Parameters[number]>>
  : string;

/** Whether the class that a decorator stands on is not known, as where it is made for several. */
type IsOpen<Target> = object extends Target ? true : Function extends Target ? true : false;

/** Relation paths that a method can require: of its model, or of the models that it takes. */
export type RequirablePath<Target, Method> =
  IsOpen<Target> extends true
    ? string
    : Target extends abstract new (...args: never[]) => unknown
      ? 'a static method has no entity'
      : Target extends Branded
        ? PathsOf<Target>
        : ArgumentPath<Method>;

/** The decorator of a method; of any method, where its class is not known. */
export type RequirementDecorator<Target, Method> =
  IsOpen<Target> extends true
    ? MethodDecorator
    : (target: Target, name: string | symbol, descriptor: TypedPropertyDescriptor<Method>) => void;
