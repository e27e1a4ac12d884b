import type { SeededRandom } from '../support/seeded-random.js';
import type { Flavour } from './flavour.js';
import type { ReadStep, SavepointStep, Step, TransactionStep, WriteKind, WriteStep } from './step.js';
import { BUCKETS, codeOf, type ModelName, SIZES } from './universe.js';

/** Rows at the beginning of each model that many writers meet at; the others rest for seconds between two writes. */
const HOT = 4;

const READS: readonly (readonly [ReadStep['kind'], number])[] = [
  ['key', 55],
  ['first', 10],
  ['list', 17],
  ['page', 9],
  ['count', 9],
];

const WRITES: readonly (readonly [WriteKind, number])[] = [
  ['update', 16],
  ['save', 12],
  ['compute', 8],
  ['add', 14],
  ['delete', 8],
  ['upsert', 8],
  ['typeorm save', 6],
  ['typeorm update', 6],
  ['typeorm delete', 4],
  ['builder update', 6],
  ['builder insert', 5],
  ['raw', 6],
  ['bulk update', 3],
  ['bulk delete', 1],
];

/** Writes of which the cache knows the rows. */
const WRITES_OF_ROWS: readonly WriteKind[] = ['update', 'save', 'compute', 'add', 'delete'];

/** One step of a program: all of it follows from the random numbers. */
export function planStep(random: SeededRandom, flavour: Flavour): Step {
  const kind = random.next() * (flavour === 'calm' ? 6 : 1);
  if (kind < 0.11) return planWrite(random, flavour);
  if (kind < 0.22) return planTransaction(random, flavour);
  return planRead(random);
}

function planRead(random: SeededRandom): ReadStep {
  const model = planModel(random);
  const kind = weighted(random, READS);
  const load = model === 'volume' && random.chance(0.3);
  const base = { type: 'read', kind, model, load, offset: 0, limit: undefined } as const;
  if (kind === 'key') return { ...base, wanted: { code: planCode(random, model) } };
  const wanted = planWanted(random, model);
  if (kind === 'first') return { ...base, limit: 1, wanted };
  if (kind !== 'page') return { ...base, wanted };
  return { ...base, wanted, offset: random.pick([0, 0, 5, 10]), limit: 5 + random.below(10) };
}

function planWanted(random: SeededRandom, model: ModelName): ReadStep['wanted'] {
  const choice = random.next();
  if (choice < 0.25) return { code: planCode(random, model) };
  if (choice < 0.75 || model === 'shelf') return choice > 0.9 ? {} : { bucket: random.below(BUCKETS) };
  return choice < 0.97 ? { shelf: planCode(random, 'shelf') } : {};
}

function planWrite(random: SeededRandom, flavour: Flavour): WriteStep {
  const kind = weighted(
    random,
    WRITES.filter(([each]) => flavour === 'all' || WRITES_OF_ROWS.includes(each)),
  );
  // A shelf that goes takes its volumes along: not too often.
  const shelves = !kind.endsWith('delete') ? 0.15 : kind === 'bulk delete' || flavour !== 'all' ? 0 : 0.03;
  const model = random.chance(shelves) ? 'shelf' : 'volume';
  return {
    type: 'write',
    kind,
    code: planCode(random, model),
    value: random.below(100),
    bucket: random.below(BUCKETS),
    shelf: planCode(random, 'shelf'),
  };
}

function planTransaction(random: SeededRandom, flavour: Flavour): TransactionStep {
  const simple = (): ReadStep | WriteStep => (random.chance(0.55) ? planRead(random) : planWrite(random, flavour));
  const some = (): (ReadStep | WriteStep)[] => Array.from({ length: 1 + random.below(3) }, simple);
  const savepoint = (): SavepointStep => ({ type: 'savepoint', keeps: random.chance(0.5), steps: some() });
  return {
    type: 'transaction',
    by: flavour !== 'all' || random.chance(0.8) ? 'unit of work' : 'typeorm',
    isolation: random.chance(0.8) ? undefined : random.pick(['REPEATABLE READ', 'SERIALIZABLE'] as const),
    commits: random.chance(0.8),
    steps: [...some(), ...(random.chance(0.35) ? [savepoint()] : []), ...(random.chance(0.4) ? some() : [])],
  };
}

function planModel(random: SeededRandom): ModelName {
  return random.chance(0.2) ? 'shelf' : 'volume';
}

function planCode(random: SeededRandom, model: ModelName): string {
  return codeOf(model, random.below(random.chance(0.25) ? HOT : SIZES[model]));
}

function weighted<T>(random: SeededRandom, weights: readonly (readonly [T, number])[]): T {
  let left = random.next() * weights.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of weights) {
    left -= weight;
    if (left < 0) return item;
  }
  return weights[0][0];
}
