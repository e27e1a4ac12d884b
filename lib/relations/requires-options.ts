import 'reflect-metadata';
import { ConfigurationError } from '../errors/index.js';
import { parameterTypes } from './required-argument.js';
import { describeRequirement, type MethodPlace, type Requirement } from './requirement.js';
import type { Method } from './wrapped-method.js';

/** Says which argument of a method is the entity: the last argument of `@RequiresRelations()`. */
export interface RequiresRelationsOptions {
  /** Position of the argument, from 0: an entity or a list of entities. Default: found by type. */
  readonly argument?: number;
  /** The class of the entity. Default: the class of any argument that has the relations. */
  readonly model?: Function;
}

const OPTIONS = ['argument', 'model'];

/**
 * The method that is decorated.
 *
 * @throws ConfigurationError for anything that is certainly not an asynchronous method of instances
 */
export function checkRequirable(method: MethodPlace, descriptor: PropertyDescriptor | undefined): Method {
  const { prototype, name } = method;
  if (typeof prototype === 'function') {
    throw new ConfigurationError(
      `@RequiresRelations on ${prototype.name}.${String(name)}: a static method has no entity: make it a method of instances.`,
    );
  }
  const original: unknown = descriptor?.value;
  if (typeof original !== 'function') {
    fail(method, 'only a method can wait for relations, not a property or an accessor: write an async method');
  }
  if (original.constructor.name === 'GeneratorFunction') {
    fail(method, `a generator cannot wait for relations: write it as 'async *${String(name)}()'`);
  }
  if (original.constructor.name === 'Function' && returnsNoPromise(method)) {
    fail(method, 'the method does not return a promise, and so cannot wait for relations: make it async');
  }
  return original as Method;
}

/** Whether the declared result is a class of which no instance is awaited. Interfaces and unions could be anything. */
function returnsNoPromise({ prototype, name }: MethodPlace): boolean {
  const type: unknown = Reflect.getOwnMetadata('design:returntype', prototype, name);
  if (typeof type !== 'function' || type === Object || type === Function) return false;
  const result = type.prototype as object | undefined;
  return result !== undefined && !('then' in result) && !('next' in result);
}

/**
 * What the decorator was given: relation paths, then perhaps options.
 *
 * @throws ConfigurationError for anything else
 */
export function checkRequiredArguments(method: MethodPlace, given: readonly unknown[], original: Method): Requirement {
  const last = given.at(-1);
  const hasOptions = typeof last === 'object' && last !== null;
  const paths = hasOptions ? given.slice(0, -1) : given;
  if (!paths.every((path) => typeof path === 'string' && path !== '')) {
    fail(method, `takes names of relations, such as 'author' or 'author.profile', and options as the last argument`);
  }
  if (paths.length === 0) fail(method, 'names no relation');
  const { argument, model } = hasOptions ? checkOptions(method, last) : {};
  return { paths: [...new Set(paths as string[])], argument, model, arity: original.length };
}

function checkOptions(method: MethodPlace, options: object): RequiresRelationsOptions {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) fail(method, `unknown option '${unknown}'. Allowed are ${OPTIONS.join(', ')}`);
  const { argument, model } = options as { argument?: unknown; model?: unknown };
  if ('model' in options && typeof model !== 'function') {
    fail(
      method,
      `'model' is not a class: with a circular import it is still undefined here. Name the position instead, as in { argument: 0 }`,
    );
  }
  if (argument === undefined) return options;
  const count = parameterTypes(method)?.length ?? Infinity;
  if (!Number.isInteger(argument) || (argument as number) < 0 || (argument as number) >= count) {
    fail(method, `'argument' must be the position of a parameter, from 0, but is ${JSON.stringify(argument)}`);
  }
  return options;
}

function fail(method: MethodPlace, what: string): never {
  throw new ConfigurationError(`${describeRequirement(method)}: ${what}.`);
}
