import type { EntityMetadata } from 'typeorm';
import type { EntityCell } from '../interpreter/cell.js';
import { fieldOf, fieldsOf, itemsOf, stringOf, stringsOf } from '../interpreter/literals.js';
import { BARE, mergeTrees, OPEN, treeOfPaths, withEager, type LoadTree } from '../interpreter/load-tree.js';
import type { Run } from '../interpreter/run.js';
import { alternatives, isNullish, type Value } from '../interpreter/value.js';

/** What TypeORM's find options load. */
export function treeOfFindOptions(run: Run, metadata: EntityMetadata, options: Value): LoadTree {
  const [only, ...others] = alternatives(options);
  if (others.length > 0) return OPEN;
  if (isNullish(only)) return withEager(metadata, BARE);
  const known = fieldsOf(run, only);
  if (!known || known.isOpen) return OPEN;
  let tree = treeOfRelations(run, metadata, fieldOf(run, only, 'relations'));
  // What is selected of a relation, or counted, may be there.
  for (const name of ['select', 'loadRelationIds', 'join']) {
    const value = fieldOf(run, only, name);
    if (!isNullish(value) && !(value.kind === 'constant' && value.value === false)) {
      tree = mergeTrees(tree, name === 'select' ? selectedRelations(run, metadata, value) : OPEN);
    }
  }
  const eager = fieldOf(run, only, 'loadEagerRelations');
  if (isNullish(eager) || (eager.kind === 'constant' && eager.value === true)) return withEager(metadata, tree);
  return metadata.eagerRelations.length === 0 || eager.kind === 'constant' ? tree : OPEN;
}

function selectedRelations(run: Run, metadata: EntityMetadata, select: Value): LoadTree {
  if (itemsOf(run, select)) return BARE;
  const known = fieldsOf(run, select);
  if (!known) return OPEN;
  const names = known.names.filter((name) => metadata.relations.some(({ propertyPath }) => propertyPath === name));
  return { relations: new Map(names.map((name) => [name, 'maybe'])), isOpen: known.isOpen };
}

/** The value of the option `relations`. */
function treeOfRelations(run: Run, metadata: EntityMetadata, value: Value): LoadTree {
  if (alternatives(value).length > 1) return OPEN;
  if (isNullish(value)) return BARE;
  const paths = stringsOf(run, value);
  if (paths) return treeOfPaths(metadata, paths);
  return itemsOf(run, value) ? OPEN : treeOfObject(run, metadata, value, '');
}

function treeOfObject(run: Run, metadata: EntityMetadata, value: Value, prefix: string): LoadTree {
  const known = fieldsOf(run, value);
  if (!known) return OPEN;
  let tree: LoadTree = { relations: new Map(), isOpen: known.isOpen };
  for (const name of known.names) {
    const path = prefix + name;
    const field = fieldOf(run, value, name);
    if (isNullish(field) || (field.kind === 'constant' && field.value === false)) continue;
    const relation = metadata.relations.find(({ propertyPath }) => propertyPath === path);
    if (relation)
      tree = mergeTrees(tree, {
        relations: new Map([[path, below(run, relation.inverseEntityMetadata, field)]]),
        isOpen: false,
      });
    else if (metadata.findEmbeddedWithPropertyPath(path))
      tree = mergeTrees(tree, treeOfObject(run, metadata, field, `${path}.`));
    else tree = { ...tree, isOpen: true };
  }
  return tree;
}

function below(run: Run, metadata: EntityMetadata, field: Value): LoadTree | 'maybe' {
  if (field.kind === 'constant') return field.value === true ? BARE : 'maybe';
  const tree = treeOfObject(run, metadata, field, '');
  return tree.isOpen && tree.relations.size === 0 ? 'maybe' : tree;
}

/** What the option `load` of this library's repositories loads. */
export function treeOfLoad(run: Run, metadata: EntityMetadata, options: Value): LoadTree {
  if (alternatives(options).length > 1) return OPEN;
  if (isNullish(options)) return withEager(metadata, BARE);
  const known = fieldsOf(run, options);
  if (!known || known.isOpen) return OPEN;
  const strict = fieldOf(run, options, 'strict');
  if (!isNullish(strict) && !(strict.kind === 'constant' && strict.value === true)) return OPEN;
  const load = fieldOf(run, options, 'load');
  if (isNullish(load)) return withEager(metadata, BARE);
  const paths = stringsOf(run, load);
  return paths ? withEager(metadata, treeOfPaths(metadata, paths)) : OPEN;
}

/** Whether options lock the rows that are read. */
export function lockOf(run: Run, options: Value, name: 'lock' | 'withForUpdate'): EntityCell['lock'] {
  if (isNullish(options)) return 'none';
  if (alternatives(options).length > 1) return 'maybe';
  const known = fieldsOf(run, options);
  if (!known) return 'maybe';
  const lock = fieldOf(run, options, name);
  if (isNullish(lock)) return known.isOpen ? 'maybe' : 'none';
  if (lock.kind === 'constant') return lock.value === true ? 'held' : 'none';
  if (name === 'withForUpdate') return lock.kind === 'unknown' ? 'maybe' : 'held';
  return stringOf(fieldOf(run, lock, 'mode'))?.startsWith('pessimistic_write') === true ? 'held' : 'maybe';
}
