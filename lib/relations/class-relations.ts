import { getMetadataArgsStorage } from 'typeorm';
import { extendsTableBase } from '../entity-model/index.js';
import { nearNames, UnknownRelationError } from '../errors/index.js';

/*
 * Relations of a class as its decorators declare them: for what must be known of a class without asking a data
 * source, because several may know it, or none yet.
 */

const entityClasses = new WeakMap<Function, boolean>();

/** Whether something is a class of entities: a model with a table, or a class with TypeORM's `@Entity()`. */
export function isEntityClass(type: unknown): type is Function {
  if (typeof type !== 'function') return false;
  let is = entityClasses.get(type);
  if (is === undefined) entityClasses.set(type, (is = extendsTableBase(type) || isEntity(type)));
  return is;
}

function isEntity(type: Function): boolean {
  const classes = ancestry(type);
  return getMetadataArgsStorage().tables.some(({ target }) => classes.has(target));
}

/** Whether a class declares a path of relations. What lies behind a target named by text is not looked at. */
export function classHasPath(type: Function, path: string): boolean {
  return declared(type).some(({ name, isRelation, target }) => {
    if (path === name) return isRelation;
    if (!path.startsWith(`${name}.`)) return false;
    const next = target();
    return typeof next !== 'function' || classHasPath(next, path.slice(name.length + 1));
  });
}

/** The error for a path that the class does not declare, with near names; `rest` of it begins at the class. */
export function unknownClassPath(type: Function, path: string, rest = path): UnknownRelationError {
  const [name] = rest.split('.', 1);
  const next = declared(type)
    .find((property) => property.name === name)
    ?.target();
  if (typeof next === 'function' && rest !== name) return unknownClassPath(next, path, rest.slice(name.length + 1));
  const names = declared(type).flatMap((property) => (property.isRelation ? [property.name] : []));
  return new UnknownRelationError(type.name, path, name, names, nearNames(name, names));
}

interface Declared {
  readonly name: string;
  /** False for an embedded object, which may have relations. */
  readonly isRelation: boolean;
  /** The class behind the property; anything else: named by text. */
  readonly target: () => unknown;
}

function declared(type: Function): Declared[] {
  const classes = ancestry(type);
  const { relations, embeddeds } = getMetadataArgsStorage();
  return [
    ...relations
      .filter(({ target }) => classes.has(target))
      .map(({ propertyName, type: given }) => ({
        name: propertyName,
        isRelation: true,
        target: () => (typeof given === 'function' ? (given as () => unknown)() : given),
      })),
    ...embeddeds
      .filter(({ target }) => classes.has(target))
      .map(({ propertyName, type: given }) => ({ name: propertyName, isRelation: false, target: () => given() })),
  ];
}

function ancestry(type: Function): Set<unknown> {
  const classes = new Set<unknown>();
  for (let next: unknown = type; typeof next === 'function'; next = Object.getPrototypeOf(next)) classes.add(next);
  return classes;
}
