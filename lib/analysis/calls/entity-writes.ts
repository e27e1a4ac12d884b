import type { AnyNode } from 'acorn';
import type { EntityMetadata } from 'typeorm';
import type { Gone, RelationState } from '../interpreter/cell.js';
import { MAYBE, UNLOADED, UNSET } from '../interpreter/cell.js';
import { entitiesIn, listOf, newEntity } from '../interpreter/entities.js';
import { fieldOf, fieldsOf } from '../interpreter/literals.js';
import type { Run } from '../interpreter/run.js';
import { alternatives, type CellValue, type Value } from '../interpreter/value.js';

/** Others make a new row of an instance that has none, or are content with it. */
const NEEDS_ROW = ['update()', 'remove()', 'softRemove()', 'reload()'];

/** Tells of entities that are given to a write, or anything else that needs their row: they must have one. */
export function noteGiven(run: Run, given: Value, by: string, node: AnyNode): void {
  for (const entity of entitiesIn(run, given)) {
    const cell = run.entityOf(entity);
    if (!cell) continue;
    const { metadata, gone, origin } = cell;
    if (typeof gone === 'object') {
      if (NEEDS_ROW.includes(by))
        run.report({ type: 'goneUsed', entity: metadata, gone, use: 'passed', name: by }, node);
    } else if (isOfEarlierAttempt(run, entity) && origin.kind !== 'new') {
      const attempt: Gone = { how: 'attempt', by: '@RetryOnConflict()', depth: run.frame.depth };
      run.report({ type: 'goneUsed', entity: metadata, gone: attempt, use: 'passed', name: by }, node);
    } else if (cell.acrossYield && origin.kind !== 'new') {
      run.report({ type: 'usedAfterYield', entity: metadata, by, origin }, node);
    }
  }
}

function isOfEarlierAttempt(run: Run, { id }: CellValue): boolean {
  const { attemptMark } = run.frame;
  return attemptMark !== undefined && id <= attemptMark;
}

/** Entities that a write has deleted. */
export function noteGone(run: Run, given: Value, how: Gone['how'], by: string): void {
  const gone: Gone = { how, by, depth: run.frame.depth };
  if (alternatives(given).length > 1) return;
  for (const entity of entitiesIn(run, given)) {
    const cell = run.entityOf(entity);
    if (cell) run.setCell(entity, { ...cell, gone });
  }
}

/** A row again: what has stored it has given it what it lacked. */
export function noteStored(run: Run, entity: Value): void {
  const cell = run.entityOf(entity);
  if (cell?.gone !== undefined) run.setCell(entity, { ...cell, gone: undefined });
}

/** New rows: known when a transaction is rolled back. */
export function noteMade(run: Run, entity: Value, by: string): void {
  for (const value of entitiesIn(run, entity)) run.made.push({ value, by });
}

/**
 * A new entity from the values that it is given: relations among them are loaded. `rest`: what is said about the
 * others when all values are known.
 */
export function entityFrom(
  run: Run,
  metadata: EntityMetadata,
  values: Value,
  text: string,
  rest: RelationState,
): CellValue {
  const entity = newEntity(run, metadata, text);
  fillEntity(run, entity, metadata, values, rest);
  return entity;
}

export function fillEntity(
  run: Run,
  entity: Value,
  metadata: EntityMetadata,
  values: Value,
  rest: RelationState | undefined,
): void {
  const cell = run.entityOf(entity);
  if (!cell) return;
  const { text } = cell.origin;
  const relations = new Map(cell.relations);
  const known = alternatives(values).length === 1 ? fieldsOf(run, values) : undefined;
  for (const { propertyPath, inverseEntityMetadata } of metadata.relations) {
    const field = known && fieldOf(run, values, propertyPath);
    if (known?.names.includes(propertyPath) === true && field) {
      run.noteLoad(`${metadata.name}.${propertyPath}`);
      relations.set(propertyPath, { is: 'loaded', value: asRows(run, inverseEntityMetadata, field, text) });
    } else if (known && !known.isOpen) {
      if (rest && cell.relations.get(propertyPath) === undefined)
        relations.set(propertyPath, isInitialized(metadata, propertyPath) ? MAYBE : rest);
    } else if (!known || known.isOpen) {
      relations.set(propertyPath, MAYBE);
    }
  }
  run.setCell(entity, { ...cell, relations });
}

/** Plain objects in a relation become entities with their row. */
function asRows(run: Run, metadata: EntityMetadata, value: Value, text: string): Value {
  const cell = run.cellOf(value);
  if (cell?.kind === 'list') {
    const isObject = run.cellOf(cell.element)?.kind === 'object';
    return isObject ? listOf(run, asRows(run, metadata, cell.element, text)) : value;
  }
  if (cell?.kind !== 'object') return value;
  // An object that names a key alone stands for a row that is there already, with relations that nobody knows.
  const isReference = metadata.primaryColumns.some(({ propertyName }) => cell.fields.has(propertyName));
  if (isReference) return value;
  const entity = entityFrom(run, metadata, value, text, UNSET);
  settleNew(run, entity, text);
  return entity;
}

/** Whether the class itself gives new objects a value: `comments: Comment[] = []`. */
function isInitialized({ target }: EntityMetadata, name: string): boolean {
  for (let type: unknown = target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (new RegExp(`\\b${name}\\s*=`).test(Function.prototype.toString.call(type))) return true;
  }
  return false;
}

/** A new object that has become a row: what it was not given, it does not have. */
export function settleNew(run: Run, entity: Value, text: string): void {
  const cell = run.entityOf(entity);
  if (!cell?.isNew) return;
  const relations = new Map(
    [...cell.relations].map(([name, state]) => [name, state.is === 'unset' ? UNLOADED : state]),
  );
  run.setCell(entity, { ...cell, relations, isNew: false, origin: { kind: 'write', text } });
}

/**
 * Foreign keys that a write of this library changes: it unloads the relations behind them, unless it is told to load
 * them.
 */
export function unloadChanged(run: Run, entity: Value, names: readonly string[], by: string): void {
  const cell = run.entityOf(entity);
  if (!cell) return;
  const relations = new Map(cell.relations);
  for (const { propertyPath, joinColumns } of cell.metadata.relations) {
    const isChanged = joinColumns.some(
      (column) => column.relationMetadata?.propertyName !== column.propertyName && names.includes(column.propertyName),
    );
    if (isChanged && !names.includes(propertyPath)) relations.set(propertyPath, { ...UNLOADED, by } as RelationState);
  }
  run.setCell(entity, { ...cell, relations, changed: new Set() });
}
