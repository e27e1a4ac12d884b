import type { AnyNode } from 'acorn';
import type { EntityMetadata } from 'typeorm';
import { requiredRelations } from '../../relations/index.js';
import type { ModelRepository } from '../../repository/index.js';
import { MAYBE, UNSET } from '../interpreter/cell.js';
import { entitiesIn, listOf, madeEntity, markLoaded, objectOf, orNull, vagueEntity } from '../interpreter/entities.js';
import { fieldOf, fieldsOf, itemsOf, stringOf, stringsOf } from '../interpreter/literals.js';
import { OPEN, treeOfPaths } from '../interpreter/load-tree.js';
import { isSameKey } from '../interpreter/patterns.js';
import type { Run } from '../interpreter/run.js';
import { alternatives, isNullish, UNDEFINED, UNKNOWN, union, type Value } from '../interpreter/value.js';
import { entityFrom, noteGiven, noteGone, noteMade, noteStored, settleNew, unloadChanged } from './entity-writes.js';
import { lockOf, treeOfLoad } from './find-options.js';

type AnyRepository = ModelRepository<never>;

/** What a method of this library's repository gives, and does to the entities that it is given. */
export function callModelRepository(
  run: Run,
  repository: AnyRepository,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value {
  const metadata = run.metadataOf(repository.model);
  if (!metadata) return UNKNOWN;
  const read = (options: Value): Value =>
    madeEntity(run, metadata, treeOfLoad(run, metadata, options), {
      origin: { kind: 'query', text: `${name}()` },
      lock: lockOf(run, options, 'withForUpdate'),
    });
  const [first = UNDEFINED, second = UNDEFINED, third = UNDEFINED] = args;
  switch (name) {
    case 'get':
      return fetched(run, second, read(second));
    case 'getOne':
      return orNull(read(second));
    case 'getExistOne':
      return read(second);
    case 'getWithCount':
      return objectOf(run, { items: listOf(run, read(second)), count: UNKNOWN });
    case 'stream':
      return listOf(run, read(second));
    case 'add':
    case 'upsert':
      return eachOf(run, first, (values) => addedEntity(run, metadata, values, name, node));
    case 'save':
      return saved(run, metadata, first, second, name, node);
    case 'update':
      return updated(run, metadata, first, second, third, node);
    case 'delete':
      noteGiven(run, first, `${name}()`, node);
      noteGone(run, first, 'deleted', `${name}()`);
      return UNKNOWN;
    case 'softDelete':
    case 'restore':
      noteGiven(run, first, `${name}()`, node);
      return first;
    case 'preloadFor':
      noteGiven(run, first, `${name}()`, node);
      preload(run, metadata, first, args.slice(1));
      return first;
    default:
      return UNKNOWN;
  }
}

function fetched(run: Run, options: Value, entity: Value): Value {
  const fetch = isNullish(options) ? UNDEFINED : fieldOf(run, options, 'fetch');
  if (isNullish(fetch) && fieldsOf(run, options)?.isOpen !== true) return orNull(entity);
  switch (stringOf(fetch)) {
    case 'all':
      return listOf(run, entity);
    case 'one':
      return entity;
    case 'first':
      return orNull(entity);
    default:
      return UNKNOWN;
  }
}

/** Does with every row of a list what is done with one. */
function eachOf(run: Run, given: Value, one: (values: Value) => Value): Value {
  const cell = run.cellOf(given);
  if (cell?.kind === 'list') {
    const items = cell.items?.map(one);
    return run.state.make({
      kind: 'list',
      items,
      element: items && items.length > 0 ? union(items) : one(cell.element),
    });
  }
  if (given.kind === 'unknown' || (given.kind === 'live' && itemsOf(run, given))) return UNKNOWN;
  return one(given);
}

function addedEntity(run: Run, metadata: EntityMetadata, values: Value, by: string, node: AnyNode): Value {
  if (alternatives(values).length > 1) return vagueEntity(run, metadata, `${by}()`);
  noteGiven(run, values, `${by}()`, node);
  const given = run.entityOf(values);
  if (given) {
    noteStored(run, values);
    noteMade(run, values, `${by}()`);
    return values;
  }
  // The key of a related row is taken too, and an entity is made of it: what it lacks, nobody knows.
  const entity = entityFrom(run, metadata, values, `${by}()`, UNSET);
  settleNew(run, entity, `${by}()`);
  noteMade(run, entity, `${by}()`);
  return entity;
}

function saved(run: Run, metadata: EntityMetadata, given: Value, options: Value, by: string, node: AnyNode): Value {
  noteGiven(run, given, `${by}()`, node);
  for (const entity of entitiesIn(run, given)) {
    noteStored(run, entity);
    const cell = run.entityOf(entity);
    if (!cell) continue;
    if (cell.isNew) {
      noteMade(run, entity, `${by}()`);
      settleNew(run, entity, `${by}()`);
    }
    unloadChanged(run, entity, [...cell.changed], `${by}()`);
    afterWrite(run, entity, metadata, options);
  }
  return given;
}

function updated(run: Run, metadata: EntityMetadata, given: Value, patch: Value, options: Value, node: AnyNode): Value {
  noteGiven(run, given, 'update()', node);
  const isFunction = patch.kind === 'closure';
  const values = isFunction ? run.call(patch, UNDEFINED, [given], node) : patch;
  for (const entity of entitiesIn(run, given)) {
    const cell = run.entityOf(entity);
    if (!cell) continue;
    const known = alternatives(values).length === 1 ? fieldsOf(run, values) : undefined;
    const names = changedNames(run, values, known?.names ?? [], options).filter(
      (name) => !isSameKey(run, entity, name, fieldOf(run, values, name)),
    );
    const relations = new Map(cell.relations);
    for (const { propertyPath, joinColumns } of metadata.relations) {
      if (names.includes(propertyPath))
        relations.set(propertyPath, { is: 'loaded', value: fieldOf(run, values, propertyPath) });
      // A patch of unknown shape may change any foreign key, and with it unload what is behind.
      else if ((!known || known.isOpen) && joinColumns.length > 0) {
        const state = relations.get(propertyPath) ?? cell.others;
        if (state.is !== 'unloaded')
          relations.set(propertyPath, state.is === 'loaded' || state.is === 'planned' ? state : MAYBE);
      }
    }
    run.setCell(entity, { ...cell, relations });
    unloadChanged(run, entity, [...names, ...cell.changed], 'update()');
    afterWrite(run, entity, metadata, options);
  }
  return given;
}

/** The fields that a patch changes: those with a value, without what the options exclude, and what they add. */
function changedNames(run: Run, values: Value, names: readonly string[], options: Value): string[] {
  const given = names.filter((name) => {
    const field = fieldOf(run, values, name);
    return !(field.kind === 'constant' && field.value === undefined);
  });
  if (isNullish(options)) return given;
  const exclude = fieldOf(run, options, 'exclude');
  const excluded = isNullish(exclude) ? [] : stringsOf(run, exclude);
  const extra = fieldsOf(run, fieldOf(run, options, 'extra'))?.names ?? [];
  return [...(excluded ? given.filter((name) => !excluded.includes(name)) : []), ...extra];
}

function afterWrite(run: Run, entity: Value, metadata: EntityMetadata, options: Value): void {
  if (isNullish(options)) return;
  const cell = run.entityOf(entity);
  if (!cell) return;
  const tree = treeOfLoad(run, metadata, options);
  if (tree.isOpen) run.setCell(entity, { ...cell, relations: new Map(), others: MAYBE });
  else markLoaded(run, entity, metadata, tree);
}

function preload(run: Run, metadata: EntityMetadata, given: Value, methods: readonly Value[]): void {
  const names = methods.map(stringOf);
  const { target } = metadata;
  for (const entity of entitiesIn(run, given)) {
    const isKnown = typeof target === 'function' && names.every((name) => name !== undefined);
    const tree = isKnown ? treeOfPaths(metadata, requiredRelations(target, names)) : OPEN;
    markLoaded(run, entity, metadata, tree);
  }
}
