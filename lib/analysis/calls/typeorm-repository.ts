import type { AnyNode } from 'acorn';
import type { EntityMetadata } from 'typeorm';
import { MAYBE, UNSET } from '../interpreter/cell.js';
import { listOf, madeEntity, orNull, tupleOf, vagueEntity } from '../interpreter/entities.js';
import { fieldOf, fieldsOf, itemsOf, stringOf } from '../interpreter/literals.js';
import { BARE, withEager, type LoadTree } from '../interpreter/load-tree.js';
import type { Run } from '../interpreter/run.js';
import { alternatives, isNullish, UNDEFINED, UNKNOWN, union, type Value } from '../interpreter/value.js';
import { entityFrom, fillEntity, noteGiven, noteGone, noteMade, noteStored, settleNew } from './entity-writes.js';
import { lockOf, treeOfFindOptions } from './find-options.js';
import { newBuilder } from './query-builder.js';

/** What a method of TypeORM's repository, or of its manager for one entity class, gives and does. */
export function callTypeOrmRepository(
  run: Run,
  metadata: EntityMetadata,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  const text = `${name}()`;
  const origin = { kind: 'query', text } as const;
  const read = (options: Value): Value =>
    madeEntity(run, metadata, treeOfFindOptions(run, metadata, options), {
      origin,
      lock: lockOf(run, options, 'lock'),
      isNarrowed: asksForSubclass(run, metadata, fieldOf(run, options, 'where')),
    });
  const bare = (): Value =>
    madeEntity(run, metadata, withEager(metadata, BARE), { origin, isNarrowed: asksForSubclass(run, metadata, first) });
  switch (name) {
    case 'find':
      return listOf(run, read(first));
    case 'findBy':
    case 'findByIds':
      return listOf(run, bare());
    case 'findAndCount':
      return tupleOf(run, [listOf(run, read(first)), UNKNOWN]);
    case 'findAndCountBy':
      return tupleOf(run, [listOf(run, bare()), UNKNOWN]);
    case 'findOne':
      return orNull(read(first));
    case 'findOneOrFail':
      return read(first);
    case 'findOneBy':
    case 'findOneById':
      return orNull(bare());
    case 'findOneByOrFail':
      return bare();
    case 'create':
      return created(run, metadata, first);
    case 'save':
      return saved(run, metadata, first, node);
    case 'merge': {
      for (const source of args.slice(1)) fillEntity(run, first, metadata, source, undefined);
      return first;
    }
    case 'preload':
      return orNull(preloaded(run, metadata, first));
    case 'remove':
      noteGiven(run, first, text, node);
      noteGone(run, first, 'removed', text);
      return first;
    case 'softRemove':
    case 'recover':
      noteGiven(run, first, text, node);
      return first;
    case 'createQueryBuilder':
      return newBuilder(run, metadata, stringOf(first) ?? (isNullish(first) ? metadata.name : undefined));
    case 'extend':
      return UNKNOWN;
    case 'insert':
    case 'update':
    case 'upsert':
    case 'delete':
    case 'softDelete':
    case 'restore':
    case 'increment':
    case 'decrement':
    case 'count':
    case 'countBy':
    case 'exists':
    case 'existsBy':
    case 'exist':
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum':
    case 'clear':
    case 'hasId':
    case 'getId':
      return UNKNOWN;
    default:
      // Trees, raw SQL, what a later release brings.
      run.escape(second, ...args);
      return UNKNOWN;
  }
}

/** Whether a condition names the column that tells subclasses apart, or may. */
function asksForSubclass(run: Run, { discriminatorColumn }: EntityMetadata, where: Value): boolean {
  if (!discriminatorColumn || isNullish(where)) return false;
  const known = fieldsOf(run, where);
  return !known || known.isOpen || known.names.includes(discriminatorColumn.propertyName);
}

function created(run: Run, metadata: EntityMetadata, values: Value): Value {
  const items = itemsOf(run, values);
  if (items)
    return tupleOf(
      run,
      items.map((item) => created(run, metadata, item)),
    );
  if (run.cellOf(values)?.kind === 'list') return listOf(run, vagueEntity(run, metadata, 'create()'));
  return entityFrom(run, metadata, values, 'create()', UNSET);
}

/** preload() reads the row, and of its relations those that it is given. */
function preloaded(run: Run, metadata: EntityMetadata, values: Value): Value {
  const known = alternatives(values).length === 1 ? fieldsOf(run, values) : undefined;
  if (!known || known.isOpen || metadata.eagerRelations.length > 0) return vagueEntity(run, metadata, 'preload()');
  const relations = metadata.relations.filter(({ propertyName }) => known.names.includes(propertyName));
  const tree: LoadTree = { relations: new Map(relations.map((one) => [one.propertyPath, 'maybe'])), isOpen: false };
  return madeEntity(run, metadata, tree, { origin: { kind: 'query', text: 'preload()' } });
}

/** TypeORM's save() gives back the objects that it got, plain ones too. */
function saved(run: Run, metadata: EntityMetadata, given: Value, node: AnyNode): Value {
  noteGiven(run, given, 'save()', node);
  const values = alternatives(given).map((one): Value => {
    const cell = run.cellOf(one);
    if (cell?.kind === 'list') {
      if (cell.items)
        return tupleOf(
          run,
          cell.items.map((item) => saved(run, metadata, item, node)),
        );
      return run.entityOf(cell.element) ? one : listOf(run, vagueEntity(run, metadata, 'save()'));
    }
    if (cell?.kind === 'entity') {
      noteStored(run, one);
      if (cell.isNew) {
        noteMade(run, one, 'save()');
        settleNew(run, one, 'save()');
      }
      return one;
    }
    if (cell?.kind === 'object') {
      // A plain object of known fields becomes a row; its relations are what it was given.
      const entity = entityFrom(run, metadata, one, 'save()', UNSET);
      settleNew(run, entity, 'save()');
      noteMade(run, entity, 'save()');
      return entity;
    }
    return vagueEntity(run, metadata, 'save()');
  });
  return union(values);
}

/** Methods of an active record's class, and of the record. */
export function callActiveRecord(run: Run, entity: Value, name: string, node: AnyNode): Value | undefined {
  const cell = run.entityOf(entity);
  if (!cell) return undefined;
  switch (name) {
    case 'save':
    case 'softRemove':
    case 'recover':
      if (name !== 'save') noteMethodOfGone(run, entity, name, node);
      noteStored(run, entity);
      settleNew(run, entity, 'save()');
      return entity;
    case 'remove':
      noteMethodOfGone(run, entity, name, node);
      noteGone(run, entity, 'removed', 'remove()');
      return entity;
    case 'reload':
      noteMethodOfGone(run, entity, name, node);
      run.setCell(entity, { ...cell, relations: new Map(), others: MAYBE });
      return UNDEFINED;
    case 'hasId':
      return UNKNOWN;
    default:
      return undefined;
  }
}

export function noteMethodOfGone(run: Run, entity: Value, name: string, node: AnyNode): void {
  const cell = run.entityOf(entity);
  if (cell === undefined || typeof cell.gone !== 'object') return;
  run.report({ type: 'goneUsed', entity: cell.metadata, gone: cell.gone, use: 'method', name }, node);
}

/** Options of a manager's method are behind the entity class. */
export function isManagerOfClass(name: string): boolean {
  return ![
    'save',
    'remove',
    'softRemove',
    'recover',
    'query',
    'transaction',
    'getRepository',
    'withRepository',
  ].includes(name);
}
