import type { AnyNode } from 'acorn';
import { BaseEntity } from 'typeorm';
import { forUpdateRequirementsAt } from '../../locking/index.js';
import { requiredRelations } from '../../relations/index.js';
import { relationOf } from '../interpreter/cell.js';
import { markLoaded } from '../interpreter/entities.js';
import { treeOfPaths } from '../interpreter/load-tree.js';
import { placeOf } from '../interpreter/read-property.js';
import type { Run } from '../interpreter/run.js';
import { UNKNOWN, type CellValue, type Value } from '../interpreter/value.js';
import { requireLock } from './locked-arguments.js';
import { callActiveRecord, noteMethodOfGone } from './typeorm-repository.js';

/** Calls a method of an entity, after what its decorators ask for. */
export function callEntityMethod(
  run: Run,
  entity: CellValue,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value {
  const cell = run.entityOf(entity);
  const target = cell?.metadata.target;
  if (!cell || typeof target !== 'function') return UNKNOWN;
  const place = placeOf(target.prototype as object, name);
  if (typeof place?.member.value !== 'function') return UNKNOWN;
  if (place.owner === BaseEntity.prototype) return callActiveRecord(run, entity, name, node) ?? UNKNOWN;
  const required = requiredRelations(target, [name]);
  const needsLock = forUpdateRequirementsAt({ prototype: place.owner, name }).some(
    ({ argument, model }) => argument === undefined && model === undefined,
  );
  const isMissing = required.some((path) => relationOf(cell, path.split('.', 1)[0]).is === 'unloaded');
  if (typeof cell.gone === 'object' && isMissing) noteMethodOfGone(run, entity, name, node);
  else if (needsLock && cell.gone === undefined) requireLock(run, entity, name, node);
  if (required.length > 0) markLoaded(run, entity, cell.metadata, treeOfPaths(cell.metadata, required));
  return run.callAt(place.member.value, entity, args, node, place.owner);
}
