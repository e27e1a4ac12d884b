import type { OnConflict } from 'nestjs-sqlmodel-ext';
import type { DatabaseName } from '../database-name.js';
import { SeededRandom } from '../seeded-random.js';

/** How a save deals with a conflict. */
export interface Policy {
  readonly optimisticRetryCount?: number;
  readonly onConflict?: OnConflict;
}

export type TextField = 'name' | 'note';

/** What a writer does next. `row` is the number of a row; the writer keeps an entity of each that it has read. */
export type Step =
  | { readonly kind: 'read' | 'locked read' | 'forget'; readonly row: number }
  | { readonly kind: 'set'; readonly row: number; readonly field: TextField; readonly value: string }
  | { readonly kind: 'raise'; readonly row: number; readonly by: number }
  | { readonly kind: 'label'; readonly row: number; readonly label: number; readonly joins: boolean }
  | { readonly kind: 'save'; readonly row: number; readonly policy: Policy }
  | { readonly kind: 'typeorm save'; readonly row: number }
  | { readonly kind: 'save all'; readonly policy: Policy }
  | {
      readonly kind: 'patch';
      readonly row: number;
      readonly field: TextField;
      readonly value: string;
      readonly policy: Policy;
    }
  | { readonly kind: 'compute'; readonly row: number; readonly by: number; readonly retries: number }
  | { readonly kind: 'bulk'; readonly row: number; readonly by: number }
  | { readonly kind: 'delete' | 'typeorm remove'; readonly row: number }
  | {
      readonly kind: 'transaction';
      readonly steps: readonly Step[];
      readonly commits: boolean;
      readonly isolation?: string;
    };

/** What every writer of a schedule does. */
export interface Program {
  readonly seed: number;
  readonly writers: readonly (readonly Step[])[];
}

export const ROWS = 2;
export const LABELS = 3;

/** Two to four short writers over two rows; a seed gives the same program every time. */
export function programOf(seed: number, engine: DatabaseName): Program {
  const random = new SeededRandom(seed);
  const deletes = random.chance(0.1);
  let token = 0;
  const textOf = (): string => `t${++token}`;
  const row = (): number => (random.chance(0.75) ? 0 : random.below(ROWS));
  const policy = (isSafe: boolean): Policy => {
    if (random.chance(0.5)) return {};
    const optimisticRetryCount = 1 + random.below(2);
    if (random.chance(0.4)) return { optimisticRetryCount };
    return { optimisticRetryCount, onConflict: isSafe ? random.pick(['fail', 'mine', 'theirs']) : 'fail' };
  };
  const field = (): TextField => random.pick(['name', 'note'] as const);

  /** Changes of one entity and what writes them. */
  const write = (at: number): Step[] => {
    const changes: Step[] = [];
    const raises = random.chance(0.4);
    if (raises) changes.push({ kind: 'raise', row: at, by: 1 + random.below(9) });
    if (!raises || random.chance(0.5)) changes.push({ kind: 'set', row: at, field: field(), value: textOf() });
    const saves = random.below(10);
    if (saves < 2) return [...changes, { kind: 'typeorm save', row: at }];
    // A counter that is overwritten with `mine` would lose what others have added, as asked.
    return [...changes, { kind: 'save', row: at, policy: policy(!raises) }];
  };

  const action = (): Step[] => {
    const at = row();
    const kind = random.below(20);
    if (kind < 7) return write(at);
    if (kind < 9) return [{ kind: 'patch', row: at, field: field(), value: textOf(), policy: policy(true) }];
    if (kind < 13) return [{ kind: 'compute', row: at, by: 1 + random.below(9), retries: random.below(4) }];
    if (kind < 14) return [{ kind: 'bulk', row: at, by: 1 + random.below(9) }];
    if (kind < 16) {
      const label: Step = { kind: 'label', row: at, label: random.below(LABELS), joins: random.chance(0.6) };
      return [label, { kind: 'save', row: at, policy: policy(false) }];
    }
    if (kind < 18) {
      const sets = [0, 1].map((each): Step => ({ kind: 'set', row: each, field: 'note', value: textOf() }));
      return [...sets, { kind: 'save all', policy: policy(true) }];
    }
    if (kind < 19 && deletes) return [{ kind: random.pick(['delete', 'typeorm remove'] as const), row: at }];
    return [{ kind: 'read', row: at }, ...write(at)];
  };

  const isolation = (): string | undefined => {
    if (engine === 'sqlite' || random.chance(0.7)) return undefined;
    return random.pick(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE']);
  };

  const writer = (): Step[] => {
    const steps: Step[] = [
      { kind: 'read', row: 0 },
      { kind: 'read', row: 1 },
    ];
    for (let count = 1 + random.below(3); count > 0; count--) {
      if (random.chance(0.35)) {
        const at = row();
        const opening: Step[] = random.chance(0.5)
          ? [{ kind: random.pick(['read', 'locked read'] as const), row: at }]
          : [];
        const inner = Array.from({ length: 1 + random.below(2) }, action).flat();
        steps.push({
          kind: 'transaction',
          steps: [...opening, ...inner],
          commits: random.chance(0.7),
          isolation: isolation(),
        });
      } else {
        steps.push(...action());
      }
      if (random.chance(0.3)) steps.push({ kind: 'read', row: row() });
    }
    return steps;
  };
  return { seed, writers: Array.from({ length: 2 + random.below(3) }, writer) };
}
