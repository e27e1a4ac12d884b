import type { EntityMetadata } from 'typeorm';
import { joinTrees, type LoadTree } from './load-tree.js';
import { isSame, union, type Value } from './value.js';

/** What is known about an object at one moment. Cells never change: a new one takes the place of the old. */
export type Cell = EntityCell | ObjectCell | ListCell | BuilderCell | BlankBuilderCell | RunnerCell;

/** Where an entity came from. */
export interface Origin {
  /** `query`: a read; `write`: what a write gave; `parameter`: Nest gave it to the handler; `new`: code made it. */
  readonly kind: 'query' | 'write' | 'parameter' | 'new';
  /** How it was got, for messages: `find()`, `@ModelParam(Article, 'articleId')`. */
  readonly text: string;
  /** For an entity behind a relation: what was got, and the way from there. */
  readonly root?: EntityMetadata;
  readonly path?: string;
}

/** Why an instance is no good any more. */
export interface Gone {
  readonly how: 'deleted' | 'removed' | 'rolledBack' | 'attempt';
  /** What did it: `delete()`. */
  readonly by: string;
  /** How deep the call was in which it happened. */
  readonly depth: number;
}

/** How a relation of an entity is. */
export type RelationState =
  | { readonly is: 'loaded'; readonly value: Value }
  | { readonly is: 'planned'; readonly tree: LoadTree }
  | { readonly is: 'unloaded'; readonly by: string | undefined }
  | { readonly is: 'maybe' }
  /** Of a new object: not among the values that it was made of. */
  | { readonly is: 'unset' };

export const MAYBE: RelationState = { is: 'maybe' };
/** Not loaded by the query. */
/** Not given to a new object. */
export const UNSET: RelationState = { is: 'unset' };

export const UNLOADED: RelationState = { is: 'unloaded', by: undefined };

export interface EntityCell {
  readonly kind: 'entity';
  readonly metadata: EntityMetadata;
  readonly relations: ReadonlyMap<string, RelationState>;
  /** Relations that are not in the map. */
  readonly others: RelationState;
  readonly origin: Origin;
  readonly lock: 'held' | 'none' | 'maybe';
  readonly gone: Gone | 'maybe' | undefined;
  /** Whether a `yield` stands between its read and now. */
  readonly acrossYield: boolean;
  /** Columns that were assigned and not written yet. */
  readonly changed: ReadonlySet<string>;
  /** Whether code has made it, and no write has stored it yet. */
  readonly isNew: boolean;
  /** The cell of the list's elements that this one of them was taken from. */
  readonly oneOf?: number;
  /** Whether somebody has looked which subclass it is of. */
  readonly isNarrowed: boolean;
}

export interface ObjectCell {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Value>;
  /** Whether it may have other properties. */
  readonly isOpen: boolean;
  /** Its class, where it has one. */
  readonly type: Function | undefined;
}

export interface ListCell {
  readonly kind: 'list';
  /** By position, where all are known. */
  readonly items: readonly Value[] | undefined;
  /** What each element is; of a map, each value. */
  readonly element: Value;
  /** What kind of collection it is. Default: an array. */
  readonly of?: 'map' | 'set';
}

/** A query builder on its way. */
export interface BuilderCell {
  readonly kind: 'builder';
  readonly metadata: EntityMetadata;
  readonly alias: string;
  /** Relation paths from the root by alias; `''` is the root itself. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Aliases that are selected; `'maybe'` where it depends. */
  readonly selected: ReadonlyMap<string, true | 'maybe'>;
  readonly isOpen: boolean;
  readonly lock: EntityCell['lock'];
}

/** A builder that does not know yet what it is for. */
export interface BlankBuilderCell {
  readonly kind: 'blank';
  readonly selected: Value | undefined;
}

/** A query runner that the code has made. */
export interface RunnerCell {
  readonly kind: 'runner';
  readonly manager: Value;
}

export function relationOf(cell: EntityCell, name: string): RelationState {
  return cell.relations.get(name) ?? cell.others;
}

export function withRelation(cell: EntityCell, name: string, state: RelationState): EntityCell {
  return { ...cell, relations: new Map(cell.relations).set(name, state) };
}

/** What is known whichever way the program went. */
export function joinCells(a: Cell, b: Cell): Cell {
  if (a === b) return a;
  if (a.kind === 'entity' && b.kind === 'entity') return joinEntities(a, b);
  if (a.kind === 'object' && b.kind === 'object') return joinObjects(a, b);
  if (a.kind === 'list' && b.kind === 'list') {
    const isTuple = a.items !== undefined && a.items.length === b.items?.length;
    return {
      kind: 'list',
      items: isTuple ? a.items?.map((item, index) => union([item, b.items?.[index] ?? item])) : undefined,
      element: union([a.element, b.element]),
      of: a.of,
    };
  }
  if (a.kind === 'builder' && b.kind === 'builder') return joinBuilders(a, b);
  return a;
}

function joinEntities(a: EntityCell, b: EntityCell): EntityCell {
  const relations = new Map<string, RelationState>();
  for (const name of new Set([...a.relations.keys(), ...b.relations.keys()])) {
    relations.set(name, joinRelations(relationOf(a, name), relationOf(b, name)));
  }
  return {
    ...a,
    relations,
    others: joinRelations(a.others, b.others),
    lock: a.lock === b.lock ? a.lock : 'maybe',
    gone: a.gone === b.gone ? a.gone : 'maybe',
    acrossYield: a.acrossYield && b.acrossYield,
    changed: new Set([...a.changed].filter((name) => b.changed.has(name))),
    isNew: a.isNew && b.isNew,
    isNarrowed: a.isNarrowed || b.isNarrowed,
  };
}

function joinRelations(a: RelationState, b: RelationState): RelationState {
  if (a === b) return a;
  if (a.is === 'unloaded' && b.is === 'unloaded') return a;
  if (a.is === 'unset' && b.is === 'unset') return a;
  if (a.is === 'planned' && b.is === 'planned') return { is: 'planned', tree: joinTrees(a.tree, b.tree) };
  if (a.is === 'loaded' && b.is === 'loaded') {
    return isSame(a.value, b.value) ? a : { is: 'loaded', value: union([a.value, b.value]) };
  }
  // Read in one way only: what was read is as good as what would be.
  if (a.is === 'loaded' && b.is === 'planned') return a;
  if (a.is === 'planned' && b.is === 'loaded') return b;
  return MAYBE;
}

function joinObjects(a: ObjectCell, b: ObjectCell): ObjectCell {
  const fields = new Map<string, Value>();
  for (const name of new Set([...a.fields.keys(), ...b.fields.keys()])) {
    const [one, other] = [a.fields.get(name), b.fields.get(name)];
    if (one && other) fields.set(name, union([one, other]));
    else fields.set(name, union([one ?? other ?? UNKNOWN_FIELD, UNKNOWN_FIELD]));
  }
  return { kind: 'object', fields, isOpen: a.isOpen || b.isOpen, type: a.type === b.type ? a.type : undefined };
}

const UNKNOWN_FIELD: Value = { kind: 'unknown' };

function joinBuilders(a: BuilderCell, b: BuilderCell): BuilderCell {
  const aliases = new Map([...a.aliases, ...b.aliases]);
  const selected = new Map<string, true | 'maybe'>();
  for (const alias of new Set([...a.selected.keys(), ...b.selected.keys()])) {
    selected.set(alias, a.selected.get(alias) === true && b.selected.get(alias) === true ? true : 'maybe');
  }
  return { ...a, aliases, selected, isOpen: a.isOpen || b.isOpen, lock: a.lock === b.lock ? a.lock : 'maybe' };
}
