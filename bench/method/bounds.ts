import type { EngineName } from '../database/bench-database.js';
import type { Bound, Workload } from '../workloads/index.js';

/** What a workload without bounds of its own is held to. */
const USUAL: readonly Bound[] = [{ to: 'typeorm', most: 1.15 }];

/** What a workload is held to on an engine. */
export function boundsOf({ bounds = USUAL }: Pick<Workload, 'bounds'>, engine: EngineName): readonly Bound[] {
  return bounds.filter(({ engines }) => engines?.includes(engine) ?? true);
}
