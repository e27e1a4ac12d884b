import type { AnyNode } from 'acorn';
import type { EntityMetadata } from 'typeorm';
import type { BuilderCell } from '../interpreter/cell.js';
import { listOf, madeEntity, objectOf, orNull, tupleOf } from '../interpreter/entities.js';
import { itemsOf, stringOf, stringsOf } from '../interpreter/literals.js';
import { mergeTrees, OPEN, treeOfPaths, type LoadTree } from '../interpreter/load-tree.js';
import type { Run } from '../interpreter/run.js';
import { isNullish, UNDEFINED, UNKNOWN, type Value } from '../interpreter/value.js';
import { treeOfFindOptions } from './find-options.js';

/** Methods that change what is found, not what is loaded of it. */
const NARROWING = new Set(
  `where andWhere orWhere whereInIds whereExists andWhereExists orWhereExists andWhereInIds orWhereInIds having andHaving orHaving
   orderBy addOrderBy groupBy addGroupBy distinct distinctOn limit offset skip take setParameter setParameters cache comment
   setLock setOnLocked withDeleted useIndex timeTravelQuery maxExecutionTime printSql disableEscaping setQueryRunner setNativeParameters
   leftJoin innerJoin select addSelect leftJoinAndSelect innerJoinAndSelect setFindOptions getOne getOneOrFail getMany getManyAndCount
   getRawAndEntities getQuery getSql getParameters getCount getExists getRawOne getRawMany clone execute stream`.split(
    /\s+/,
  ),
);

/** A builder of a query for an entity class. */
export function newBuilder(run: Run, metadata: EntityMetadata, alias: string | undefined): Value {
  return run.state.make({
    kind: 'builder',
    metadata,
    alias: alias ?? '',
    aliases: alias === undefined ? new Map() : new Map([[alias, '']]),
    selected: alias === undefined ? new Map() : new Map([[alias, true]]),
    isOpen: alias === undefined,
    lock: 'none',
  });
}

/** What a method of a select builder gives; most give the builder, which they change. */
export function callBuilder(run: Run, builder: Value, name: string, args: readonly Value[], node: AnyNode): Value {
  const cell = run.cellOf(builder);
  if (cell?.kind !== 'builder') return UNKNOWN;
  const [first = UNDEFINED, second = UNDEFINED] = args;
  for (const argument of args) if (argument.kind === 'closure') run.call(argument, UNDEFINED, [UNKNOWN], node);
  const change = (changes: Partial<BuilderCell>): Value => {
    run.setCell(builder, { ...cell, ...changes });
    return builder;
  };
  switch (name) {
    case 'leftJoin':
    case 'innerJoin':
    case 'leftJoinAndSelect':
    case 'innerJoinAndSelect': {
      const isSelected = name.endsWith('AndSelect');
      const path = pathOf(cell, stringOf(first));
      const alias = stringOf(second);
      if (alias === undefined) return change({ isOpen: true });
      // A joined table that is no relation loads nothing.
      if (path === undefined)
        return isSelected && stringOf(first)?.includes('.') !== false ? change({ isOpen: true }) : builder;
      return change({
        aliases: new Map(cell.aliases).set(alias, path),
        selected: isSelected ? new Map(cell.selected).set(alias, true) : cell.selected,
      });
    }
    case 'leftJoinAndMapOne':
    case 'leftJoinAndMapMany':
    case 'innerJoinAndMapOne':
    case 'innerJoinAndMapMany': {
      // What it puts on a property that is no relation changes none of them.
      const path = pathOf(cell, stringOf(first));
      if (path === undefined) return stringOf(first) === undefined ? change({ isOpen: true }) : builder;
      return change({
        aliases: new Map(cell.aliases).set(` ${path}`, path),
        selected: new Map(cell.selected).set(` ${path}`, 'maybe'),
      });
    }
    case 'select':
    case 'addSelect': {
      const names = selectedAliases(run, first, second);
      if (!names) return isNullish(first) ? builder : change({ isOpen: true });
      const selected = new Map(name === 'select' ? [] : cell.selected);
      for (const alias of names) selected.set(alias, true);
      return change({ selected });
    }
    case 'setLock': {
      const mode = stringOf(first);
      return change({ lock: mode?.startsWith('pessimistic_write') === true ? 'held' : 'maybe' });
    }
    case 'setFindOptions': {
      const tree = treeOfFindOptions(run, cell.metadata, first);
      const paths = [...tree.relations.keys()];
      const aliases = new Map(cell.aliases);
      const selected = new Map(cell.selected);
      for (const path of paths) {
        aliases.set(` ${path}`, path);
        selected.set(` ${path}`, 'maybe');
      }
      return change({ aliases, selected, isOpen: cell.isOpen || tree.isOpen });
    }
    case 'clone':
      return run.state.make(cell);
    case 'getOne':
      return orNull(found(run, cell, name));
    case 'getOneOrFail':
      return found(run, cell, name);
    case 'getMany':
      return listOf(run, found(run, cell, name));
    case 'getManyAndCount':
      return tupleOf(run, [listOf(run, found(run, cell, name)), UNKNOWN]);
    case 'getRawAndEntities':
      return objectOf(run, { entities: listOf(run, found(run, cell, name)), raw: UNKNOWN });
    case 'getQuery':
    case 'getSql':
    case 'getParameters':
    case 'getCount':
    case 'getExists':
    case 'getRawOne':
    case 'getRawMany':
    case 'stream':
    case 'execute':
      return UNKNOWN;
    case 'update':
    case 'delete':
    case 'insert':
    case 'softDelete':
    case 'restore':
    case 'relation':
    case 'from':
      return UNKNOWN;
    default:
      return NARROWING.has(name) ? builder : change({ isOpen: true });
  }
}

/** What a method of a builder gives that was made without an entity class: `from()` names it. */
export function callBlankBuilder(run: Run, builder: Value, name: string, args: readonly Value[], node: AnyNode): Value {
  const cell = run.cellOf(builder);
  if (cell?.kind !== 'blank') return UNKNOWN;
  const [first = UNDEFINED, second = UNDEFINED] = args;
  if (name === 'select') {
    run.setCell(builder, { ...cell, selected: first });
    return builder;
  }
  const metadata = name === 'from' && first.kind === 'live' ? run.metadataOf(first.value) : undefined;
  if (!metadata) {
    run.escape(...args);
    return UNKNOWN;
  }
  const made = newBuilder(run, metadata, stringOf(second));
  return cell.selected ? callBuilder(run, made, 'select', [cell.selected], node) : made;
}

/** The relation path that `alias.relation` means, from the root. */
function pathOf({ aliases, metadata }: BuilderCell, joined: string | undefined): string | undefined {
  const dot = joined?.indexOf('.') ?? -1;
  if (joined === undefined || dot < 0) return undefined;
  const above = aliases.get(joined.slice(0, dot));
  if (above === undefined) return undefined;
  const path = above === '' ? joined.slice(dot + 1) : `${above}.${joined.slice(dot + 1)}`;
  return treeOfPaths(metadata, [path]).isOpen ? undefined : path;
}

/** Aliases that a selection names; undefined: nobody knows. */
function selectedAliases(run: Run, first: Value, second: Value): readonly string[] | undefined {
  const names = stringsOf(run, first) ?? (stringOf(first) === undefined ? undefined : [stringOf(first) ?? '']);
  if (!names || itemsOf(run, second)) return undefined;
  // An expression, such as COUNT(*), is a column of its own.
  return names.flatMap((name) => (/^[\w$]+(\.[\w$.]+)?$/.test(name) ? [name.split('.', 1)[0]] : []));
}

function found(run: Run, cell: BuilderCell, name: string): Value {
  return madeEntity(run, cell.metadata, treeOf(cell), {
    origin: { kind: 'query', text: `${name}()` },
    lock: cell.lock,
  });
}

function treeOf({ aliases, selected, isOpen, metadata, alias }: BuilderCell): LoadTree {
  if (isOpen || selected.get(alias) !== true) return OPEN;
  let tree: LoadTree = { relations: new Map(), isOpen: false };
  const uncertain: string[] = [];
  for (const [name, path] of aliases) {
    if (path === '' || !selected.has(name)) continue;
    if (selected.get(name) === true) tree = mergeTrees(tree, treeOfPaths(metadata, [path]));
    else uncertain.push(path);
  }
  for (const path of uncertain) {
    const [head] = path.split('.');
    const below = metadata.relations.find(({ propertyPath }) => propertyPath === head || path === propertyPath);
    if (!below) return OPEN;
    tree = { ...tree, relations: new Map(tree.relations).set(below.propertyPath, 'maybe') };
  }
  return tree;
}
