import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import { nearNames, NotAnEntityError, ProtectedFieldError, UnknownFieldError } from '../errors/index.js';
import { embeddedOwner, relationProperty } from '../hydration/index.js';
import { noteMade, refuseOfFailedAttempt } from '../locking/index.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';

type Embedded = EntityMetadata['embeddeds'][number];
type Values = Record<string, unknown>;

/**
 * Values of a new row as an entity: plain objects in embedded properties and in relations that cascade
 * inserts become instances of their classes. Undefined is not set.
 *
 * @throws FailedAttemptError, UnknownFieldError, NotAnEntityError, ProtectedFieldError for a version
 */
export function newEntity(facts: ModelFacts, input: unknown): ObjectLiteral {
  if (input instanceof facts.target) refuseOfFailedAttempt(facts.name, input, 'add');
  const entity = completed(facts, input);
  if (entity !== input) noteMade(facts.dataSource, entity);
  return entity;
}

function completed(facts: ModelFacts, input: unknown): ObjectLiteral {
  const { metadata, target, name, names } = facts;
  if (typeof input !== 'object' || input === null) {
    throw new NotAnEntityError(name, input === null ? 'null' : typeof input, 'add');
  }
  const entity =
    input instanceof target
      ? input
      : assigned(metadata.create() as ObjectLiteral, withoutVersion(facts, input as Values), name, names, '');
  for (const embedded of metadata.embeddeds) adoptEmbedded(facts, entity, embedded, '');
  adoptRelatedObjects(facts, entity);
  return entity;
}

/** Only the library writes versions: what a request brings is refused, null and undefined are not set. */
function withoutVersion({ name, version }: ModelFacts, input: Values): Values {
  if (!version || !Object.hasOwn(input, version.propertyName)) return input;
  const { [version.propertyName]: given, ...rest } = input;
  if (given !== undefined && given !== null) throw new ProtectedFieldError(name, [version.propertyName]);
  return rest;
}

function assigned(
  entity: ObjectLiteral,
  values: Values,
  model: string,
  names: ReadonlySet<string>,
  path: string,
): ObjectLiteral {
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (names.has(key)) entity[key] = value;
    else unknown.push(path + key);
  }
  if (unknown.length > 0) {
    throw new UnknownFieldError(model, unknown, nearNames(unknown[0].slice(path.length), [...names]));
  }
  return entity;
}

/** Names that an embedded object has. */
function embeddedNames(embedded: Embedded): Set<string> {
  return new Set([
    ...embedded.columns.map(({ propertyName }) => propertyName),
    ...embedded.relations.map(({ propertyName }) => propertyName),
    ...embedded.embeddeds.map(({ propertyName }) => propertyName),
  ]);
}

function adoptEmbedded(facts: ModelFacts, entity: ObjectLiteral, embedded: Embedded, path: string): void {
  const parents = embedded.parentPropertyNames.slice(0, -1);
  const owner = embeddedOwner(entity, { parentPropertyNames: parents });
  const value = owner?.[embedded.propertyName];
  if (!owner || !isPlain(value) || embedded.isArray) return;
  const below = `${path}${embedded.propertyName}.`;
  const instance = embedded.create() as ObjectLiteral;
  owner[embedded.propertyName] = assigned(instance, value, facts.name, embeddedNames(embedded), below);
  for (const inner of embedded.embeddeds) adoptEmbedded(facts, entity, inner, below);
}

/**
 * Objects in relations that cascade inserts stand for new rows and become instances: plain ones and those of
 * data classes. An object that only names a key stays a reference.
 */
export function adoptRelatedObjects(facts: ModelFacts, entity: ObjectLiteral): void {
  for (const relation of facts.metadata.relations) adoptRelated(entity, relation);
}

function adoptRelated(entity: ObjectLiteral, relation: Relation): void {
  if (!relation.isCascadeInsert || relation.isLazy) return;
  const value = relationProperty(entity, relation);
  const owner = embeddedOwner(entity, relation.embeddedMetadata);
  if (!owner || value === undefined || value === null) return;
  const facts = factsOf(relation.inverseEntityMetadata);
  if (Array.isArray(value)) {
    if (value.some((item) => isNewRow(facts, item))) {
      owner[relation.propertyName] = value.map((item: unknown) =>
        isNewRow(facts, item) ? completed(facts, item) : item,
      );
    }
  } else if (isNewRow(facts, value)) {
    owner[relation.propertyName] = completed(facts, value);
  }
}

function isNewRow(facts: ModelFacts, value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof facts.target) return false;
  const keys = facts.primaryColumns.map(({ propertyName }) => propertyName);
  const given = Object.entries(value).filter(([, each]) => each !== undefined);
  return given.length === 0 || given.some(([name]) => !keys.includes(name));
}

function isPlain(value: unknown): value is Values {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
