import type { AnyNode } from 'acorn';
import { forUpdateRequirementsAt } from '../../locking/index.js';
import { entitiesIn } from '../interpreter/entities.js';
import type { Run } from '../interpreter/run.js';
import type { Value } from '../interpreter/value.js';

/** Looks at what `@RequiresForUpdate()` asks for: rows that are locked, of the entity itself or of an argument. */
export function checkLockedArguments(
  run: Run,
  fn: Function,
  home: object | undefined,
  args: readonly Value[],
  node: AnyNode,
): void {
  if (!home) return;
  const { name } = fn;
  const isOfEntity = run.metadataOf(home.constructor) !== undefined;
  for (const { argument, model } of forUpdateRequirementsAt({ prototype: home, name })) {
    if (isOfEntity && argument === undefined && model === undefined) continue;
    const given = argument === undefined ? args : args.slice(argument, argument + 1);
    for (const entity of given.flatMap((value) => entitiesIn(run, value))) {
      const metadata = run.entityOf(entity)?.metadata;
      if (model === undefined || metadata === run.metadataOf(model)) requireLock(run, entity, name, node);
    }
  }
}

/** Tells of an entity that is certainly not locked by now. */
export function requireLock(run: Run, entity: Value, method: string, node: AnyNode): void {
  const cell = run.entityOf(entity);
  if (!cell || (cell.origin.kind !== 'query' && cell.origin.kind !== 'parameter')) return;
  const { metadata, origin, lock, acrossYield } = cell;
  if (lock === 'none') {
    run.report({ type: 'lockMissing', entity: metadata, method, origin }, node);
    // It throws there: what follows from it is no fault of its own.
    if (!run.isQuiet) run.setCell(entity, { ...cell, lock: 'maybe' });
  } else if (lock === 'held' && acrossYield) {
    run.report({ type: 'usedAfterYield', entity: metadata, by: `${method}()`, origin }, node);
  }
}
