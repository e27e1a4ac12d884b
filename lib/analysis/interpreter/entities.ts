import type { EntityMetadata } from 'typeorm';
import { MAYBE, UNLOADED, type EntityCell, type Origin, type RelationState } from './cell.js';
import { BARE, withEager, type LoadTree } from './load-tree.js';
import type { Run } from './run.js';
import { alternatives, NOTHING, NULL, union, type CellValue, type Value } from './value.js';

const UNCHANGED: ReadonlySet<string> = new Set();

/** What is not said about an entity that was read. */
export interface EntityFacts {
  readonly origin: Origin;
  readonly lock?: EntityCell['lock'];
  /** Whether the query asks for some of the subclasses alone. */
  readonly isNarrowed?: boolean;
}

/** An entity that a query has given. */
export function madeEntity(run: Run, metadata: EntityMetadata, tree: LoadTree, facts: EntityFacts): CellValue {
  noteLoads(run, metadata, tree);
  const relations = new Map<string, RelationState>();
  for (const [name, below] of tree.relations) {
    relations.set(name, below === 'maybe' ? MAYBE : { is: 'planned', tree: below });
  }
  for (const relation of metadata.relations) {
    const { propertyPath, isLazy } = relation;
    // A promise that loads, and nothing else; a relation that is a part of the key is there as far as the key is.
    if (isLazy && !tree.isOpen && !relations.has(propertyPath)) {
      relations.set(propertyPath, { is: 'planned', tree: withEager(relation.inverseEntityMetadata, BARE) });
    } else if (isPartOfKey(relation)) relations.set(propertyPath, MAYBE);
  }
  for (const name of relationsOfListeners(run, metadata)) if (!tree.relations.has(name)) relations.set(name, MAYBE);
  return run.state.make({
    kind: 'entity',
    metadata,
    relations,
    others: tree.isOpen ? MAYBE : UNLOADED,
    origin: facts.origin,
    lock: facts.lock ?? 'none',
    gone: undefined,
    acrossYield: false,
    changed: UNCHANGED,
    isNew: false,
    isNarrowed: facts.isNarrowed === true,
  });
}

/** Relations that code which runs after every read may set: `@AfterLoad()` methods, subscribers. */
function relationsOfListeners(run: Run, metadata: EntityMetadata): readonly string[] {
  const { target, afterLoadListeners } = metadata;
  const names = metadata.relations.map(({ propertyPath }) => propertyPath);
  const isHeard = run.dataSources.some(({ subscribers }) =>
    subscribers.some((subscriber) => {
      if (typeof subscriber.afterLoad !== 'function') return false;
      const heard: unknown = subscriber.listenTo?.();
      return (
        heard === undefined ||
        heard === target ||
        (typeof target === 'function' && typeof heard === 'function' && target.prototype instanceof heard)
      );
    }),
  );
  if (isHeard) return names;
  if (afterLoadListeners.length === 0 || typeof target !== 'function') return [];
  const texts = afterLoadListeners.map(({ propertyName }) =>
    String((target.prototype as Record<string, unknown>)[propertyName]),
  );
  return names.filter((name) => texts.some((text) => new RegExp(`\\b${name}\\s*(\\?\\?|\\|\\|)?=(?!=)`).test(text)));
}

/** Whether a relation is, wholly or partly, the key of the row that has it. */
export function isPartOfKey({ isWithJoinColumn, joinColumns }: EntityMetadata['relations'][number]): boolean {
  return isWithJoinColumn && joinColumns.some(({ isPrimary }) => isPrimary);
}

/** A new object of an entity class. Its relations are what it is given, and nobody guards them. */
export function newEntity(run: Run, metadata: EntityMetadata, text: string): CellValue {
  return run.state.make({
    kind: 'entity',
    metadata,
    relations: new Map(),
    others: MAYBE,
    origin: { kind: 'new', text },
    lock: 'maybe',
    gone: undefined,
    acrossYield: false,
    changed: UNCHANGED,
    isNew: true,
    isNarrowed: true,
  });
}

/** An entity of which nothing is known but its class. */
export function vagueEntity(run: Run, metadata: EntityMetadata, text: string): CellValue {
  const value = newEntity(run, metadata, text);
  const cell = run.entityOf(value);
  if (cell) run.setCell(value, { ...cell, origin: { kind: 'query', text }, isNew: false });
  return value;
}

/** The origin of what is behind a relation of an entity. */
export function originBehind({ origin, metadata }: Pick<EntityCell, 'origin' | 'metadata'>, relation: string): Origin {
  const path = origin.path === undefined ? relation : `${origin.path}.${relation}`;
  return { ...origin, root: origin.root ?? metadata, path };
}

export function listOf(run: Run, element: Value): CellValue {
  return run.state.make({ kind: 'list', items: undefined, element });
}

export function tupleOf(run: Run, items: readonly Value[]): CellValue {
  return run.state.make({ kind: 'list', items, element: items.length === 0 ? NOTHING : union(items) });
}

export function objectOf(
  run: Run,
  fields: Readonly<Record<string, Value>>,
  isOpen = false,
  type?: Function,
): CellValue {
  return run.state.make({ kind: 'object', fields: new Map(Object.entries(fields)), isOpen, type });
}

/** One of the elements of a list: what happens to it does not happen to the others. */
export function oneOf(run: Run, element: Value): Value {
  return union(
    alternatives(element).map((one) => {
      const cell = run.entityOf(one);
      return cell && one.kind === 'cell' ? run.state.make({ ...cell, oneOf: one.id }) : one;
    }),
  );
}

export function orNull(value: Value): Value {
  return union([value, NULL]);
}

/** Entities among what a value may be: itself, or the elements of a list. */
export function entitiesIn(run: Run, value: Value): CellValue[] {
  return alternatives(value).flatMap((one): CellValue[] => {
    if (one.kind !== 'cell') return [];
    const cell = run.cellOf(one);
    if (cell?.kind === 'entity') return [one];
    if (cell?.kind === 'list') return [...(cell.items ?? []), cell.element].flatMap((item) => entitiesIn(run, item));
    return [];
  });
}

/** Marks relation paths of an entity as loaded. */
export function markLoaded(run: Run, value: Value, metadata: EntityMetadata, tree: LoadTree): void {
  const cell = run.entityOf(value);
  if (!cell) return;
  noteLoads(run, metadata, tree);
  const relations = new Map(cell.relations);
  for (const [name, below] of tree.relations) {
    const known = relations.get(name) ?? cell.others;
    if (known.is === 'loaded' && below !== 'maybe') {
      for (const one of entitiesIn(run, known.value)) {
        const target = run.entityOf(one);
        if (target) markLoaded(run, one, target.metadata, below);
      }
      continue;
    }
    relations.set(name, below === 'maybe' || known.is === 'planned' ? MAYBE : { is: 'planned', tree: below });
  }
  run.setCell(value, { ...cell, relations, others: tree.isOpen ? MAYBE : cell.others });
}

function noteLoads(run: Run, metadata: EntityMetadata, tree: LoadTree): void {
  run.noteLoad(metadata.name);
  if (tree.isOpen) run.noteLoad(`${metadata.name}.*`);
  for (const [name, below] of tree.relations) {
    run.noteLoad(`${metadata.name}.${name}`);
    const relation = metadata.relations.find(({ propertyPath }) => propertyPath === name);
    if (relation && below !== 'maybe') noteLoads(run, relation.inverseEntityMetadata, below);
  }
}
