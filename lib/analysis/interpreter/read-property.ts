import type { AnyNode } from 'acorn';
import { DataSource, EntityManager, QueryBuilder, Repository } from 'typeorm';
import { isUnloaded, ownModelDefinition } from '../../entity-model/index.js';
import { ModelRepository } from '../../repository/index.js';
import type { RelationRead } from './analysis-event.js';
import { MAYBE, relationOf, withRelation, type EntityCell, type RelationState } from './cell.js';
import { listOf, madeEntity, oneOf, originBehind } from './entities.js';
import { fieldOf, liveValue } from './literals.js';
import type { Run } from './run.js';
import { alternatives, isNullish, UNKNOWN, union, type CellValue, type Value } from './value.js';

/** What somebody does with a property: takes its value, asks whether it is there, leaves it out, or nobody knows. */
export type Reading = 'value' | 'truth' | 'omitted' | 'uncertain';

/**
 * Reads a property of what may be several things. A relation that is not loaded is a finding only where it is loaded in
 * none of them.
 */
export function readProperty(run: Run, object: Value, name: string, node: AnyNode, reading: Reading = 'value'): Value {
  const present = alternatives(object).filter((one) => !isNullish(one));
  if (present.length === 1) readLeftOut(run, present[0], node, reading);
  const isCertain = present.length > 0 && present.every((one) => isUnloadedRelation(run, one, name));
  return union(
    present.map((one) => {
      if (present.length === 1 && reading !== 'omitted') noteFieldOfGone(run, one, name, node);
      return readOne(run, one, name, node, isCertain ? reading : 'uncertain');
    }),
  );
}

/** `const { author, ...rest } = article` leaves the author out, as long as nobody uses it. */
function readLeftOut(run: Run, value: Value, node: AnyNode, reading: Reading): void {
  if (value.kind !== 'unknown' || !value.leftOut) return;
  const { id, relation } = value.leftOut;
  const cell = run.entityOf({ kind: 'cell', id });
  if (cell) readRelation(run, { kind: 'cell', id }, cell, relation, node, reading);
}

function isUnloadedRelation(run: Run, value: Value, name: string): boolean {
  const path = value.kind === 'embedded' ? value.prefix + name : name;
  const cell = run.entityOf(value.kind === 'embedded' ? { kind: 'cell', id: value.id } : value);
  return cell !== undefined && hasRelation(cell, path) && stateOf(run, cell, path).is === 'unloaded';
}

/** Of one element of a list: what is done to all of them meanwhile may have loaded its relations too. */
function stateOf(run: Run, cell: EntityCell, path: string): RelationState {
  const state = relationOf(cell, path);
  const all = cell.oneOf === undefined ? undefined : run.entityOf({ kind: 'cell', id: cell.oneOf });
  return state.is === 'unloaded' && all && stateOf(run, all, path).is !== 'unloaded' ? MAYBE : state;
}

function hasRelation({ metadata }: EntityCell, path: string): boolean {
  return metadata.relations.some(({ propertyPath }) => propertyPath === path);
}

function readOne(run: Run, value: Value, name: string, node: AnyNode, reading: Reading): Value {
  switch (value.kind) {
    case 'live':
      return readLive(run, value.value, name, node);
    case 'embedded':
      return readEntity(run, { kind: 'cell', id: value.id }, value.prefix + name, node, reading);
    case 'cell':
      return readCell(run, value, name, node, reading);
    case 'constant':
    case 'unknown':
    case 'closure':
    case 'context':
    case 'method':
    case 'union':
      return UNKNOWN;
  }
}

function readCell(run: Run, value: CellValue, name: string, node: AnyNode, reading: Reading): Value {
  const cell = run.cellOf(value);
  switch (cell?.kind) {
    case 'entity':
      return readEntity(run, value, name, node, reading);
    case 'list': {
      const index = /^\d+$/.test(name) ? Number(name) : undefined;
      if (index !== undefined) return cell.items?.[index] ?? oneOf(run, cell.element);
      return name === 'length' ? UNKNOWN : { kind: 'method', self: value, name };
    }
    case 'object': {
      const field = cell.fields.get(name);
      if (field) return field;
      const method = cell.type && memberOf(cell.type.prototype as object, name);
      if (method?.get) return run.call(liveValue(method.get), value, [], node);
      if (typeof method?.value === 'function') return { kind: 'method', self: value, name };
      return fieldOf(run, value, name);
    }
    case 'runner':
      return name === 'manager' ? cell.manager : { kind: 'method', self: value, name };
    case 'builder':
    case 'blank':
      return { kind: 'method', self: value, name };
    case undefined:
      return UNKNOWN;
  }
}

function readEntity(run: Run, value: CellValue, path: string, node: AnyNode, reading: Reading): Value {
  const cell = run.entityOf(value);
  if (!cell) return UNKNOWN;
  const { metadata } = cell;
  if (hasRelation(cell, path)) return readRelation(run, value, cell, path, node, reading);
  if (metadata.findEmbeddedWithPropertyPath(path)) return { kind: 'embedded', id: value.id, prefix: `${path}.` };
  const place = typeof metadata.target === 'function' ? placeOf(metadata.target.prototype as object, path) : undefined;
  const member = place?.member;
  if (typeof member?.value === 'function') return { kind: 'method', self: value, name: path };
  const isGuard = typeof metadata.target === 'function' && isUnloaded(metadata.target.prototype as object, path);
  if (place && member?.get && !isGuard) return run.callAt(member.get, value, [], node, place.owner);
  return { kind: 'unknown', of: { id: value.id, column: path } };
}

function readRelation(
  run: Run,
  value: CellValue,
  cell: EntityCell,
  path: string,
  node: AnyNode,
  reading: Reading,
): Value {
  const state = stateOf(run, cell, path);
  if (state.is === 'loaded') return state.value;
  if (state.is === 'maybe' || state.is === 'unset') return UNKNOWN;
  if (state.is === 'planned') {
    const loaded = loadedValue(run, cell, path, state.tree);
    run.setCell(value, withRelation(cell, path, { is: 'loaded', value: loaded }));
    return loaded;
  }
  if (reading === 'uncertain') return UNKNOWN;
  if (reading === 'omitted') return { kind: 'unknown', leftOut: { id: value.id, relation: path } };
  // What a new row was not given it has not, and may be asked for it.
  const isFree = cell.origin.kind === 'write' && state.by === undefined && !isModel(cell.metadata);
  if (reading === 'truth' && isFree) return UNKNOWN;
  const event: RelationRead = {
    type: 'relationRead',
    entity: cell.metadata,
    relation: path,
    how: reading,
    origin: cell.origin,
    unloadedBy: state.by,
  };
  // Once is enough: what follows from it is no fault of its own.
  if (!run.isQuiet) run.setCell(value, withRelation(cell, path, MAYBE));
  if (reading === 'truth') {
    run.tests.push({ event, node, frame: run.frame, isPositive: true, loads: run.loadsOf(event) });
  } else {
    run.report(event, node);
  }
  return UNKNOWN;
}

function loadedValue(run: Run, cell: EntityCell, path: string, tree: Parameters<typeof madeEntity>[2]): Value {
  const relation = cell.metadata.relations.find(({ propertyPath }) => propertyPath === path);
  if (!relation) return UNKNOWN;
  const target = madeEntity(run, relation.inverseEntityMetadata, tree, { origin: originBehind(cell, path) });
  return relation.isOneToMany || relation.isManyToMany ? listOf(run, target) : target;
}

/** TypeORM leaves generated keys on objects whose transaction was rolled back. */
function isModel({ target }: EntityCell['metadata']): boolean {
  return typeof target === 'function' && ownModelDefinition(target) !== undefined;
}

function noteFieldOfGone(run: Run, value: Value, path: string, node: AnyNode): void {
  const cell = run.entityOf(value);
  if (!cell || typeof cell.gone !== 'object') return;
  const { metadata, gone } = cell;
  if (hasRelation(cell, path)) return;
  const column = metadata.findColumnWithPropertyPath(path);
  // TypeORM takes the key off what it has removed; of a rolled-back row the database has made the key.
  const isLost =
    gone.how === 'removed'
      ? column?.isPrimary === true
      : gone.how === 'rolledBack' && column?.isGenerated === true && isModel(metadata);
  if (isLost) run.report({ type: 'goneUsed', entity: metadata, gone, use: 'field', name: path }, node);
}

/** Objects whose accessors only look something up. */
const TRANSPARENT: readonly Function[] = [DataSource, EntityManager, Repository, QueryBuilder, ModelRepository];

function readLive(run: Run, object: object, name: string, node: AnyNode): Value {
  const member = memberOf(object, name);
  if (!member) return UNKNOWN;
  if ('value' in member) {
    const value = stableValue(object, member);
    return value.kind === 'live' && typeof value.value === 'function' ? { ...value, owner: object } : value;
  }
  if (member.get === undefined) return UNKNOWN;
  if (TRANSPARENT.some((type) => object instanceof type)) {
    try {
      return liveValue(Reflect.get(object, name));
    } catch {
      return UNKNOWN;
    }
  }
  return run.call(liveValue(member.get), { kind: 'live', value: object }, [], node);
}

/** A primitive in a field of a service may be another one tomorrow; a text rarely is, and what is frozen never. */
function stableValue(object: object, member: Member): Value {
  const value: unknown = member.value;
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return liveValue(value);
  const isStable = typeof value === 'string' || member.writable === false || Object.isFrozen(object);
  return isStable && value !== undefined ? liveValue(value) : UNKNOWN;
}

/** A property as it is described, its functions as values. */
export interface Member {
  readonly value?: unknown;
  readonly writable?: boolean;
  readonly get?: Function;
  readonly set?: Function;
}

/** A property, own or inherited. */
export function memberOf(object: object, name: string): Member | undefined {
  return placeOf(object, name)?.member;
}

/** A property, own or inherited, and whose it is. */
export function placeOf(object: object, name: string): { readonly member: Member; readonly owner: object } | undefined {
  for (let owner: object | null = object; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const member: Member | undefined = Object.getOwnPropertyDescriptor(owner, name);
    if (member) return { member, owner };
  }
  return undefined;
}
