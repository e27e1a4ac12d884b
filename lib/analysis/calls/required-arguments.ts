import 'reflect-metadata';
import { requirementsAt } from '../../relations/index.js';
import { entitiesIn, markLoaded } from '../interpreter/entities.js';
import { treeOfPaths } from '../interpreter/load-tree.js';
import type { Run } from '../interpreter/run.js';
import type { Value } from '../interpreter/value.js';

/** Loads what `@RequiresRelations()` asks for on the arguments of a method, as it does before the method runs. */
export function markRequiredArguments(run: Run, fn: Function, home: object | undefined, args: readonly Value[]): void {
  if (!home) return;
  for (const { paths, argument, model } of requirementsAt({ prototype: home, name: fn.name })) {
    const given = argument === undefined ? args : args.slice(argument, argument + 1);
    for (const entity of given.flatMap((value) => entitiesIn(run, value))) {
      const cell = run.entityOf(entity);
      if (!cell) continue;
      const { metadata } = cell;
      const tree = treeOfPaths(metadata, paths);
      const isMeant = model === undefined ? !tree.isOpen : metadata === run.metadataOf(model);
      if (isMeant) markLoaded(run, entity, metadata, tree);
    }
  }
}
