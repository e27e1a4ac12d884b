import { SeededRandom } from '../support/seeded-random.js';
import type { Fault, PlannedFault } from './fault.js';
import { type FuzzOptions, TIMES } from './fuzz-options.js';
import { mixSeeds } from './mix-seeds.js';
import type { Ambush } from './worker-message.js';

const CRASHES: readonly Fault['kind'][] = ['kill worker', 'kill worker', 'kill worker', 'stop worker', 'stall one'];

const OUTAGES: readonly Fault['kind'][] = [
  'kill redis',
  'flush',
  'evict',
  'evict',
  'cut all',
  'cut one',
  'cut one',
  'stall one',
];

/** What goes wrong in an epoch: a Redis that forgets everything also forgets what a process that died has left there. */
const THEMES = [CRASHES, [...CRASHES, ...OUTAGES], OUTAGES];

const MOST_BETWEEN = 900;

/** The faults of an epoch: all of them follow from the seed. Each kind of faults meets each flavour of programs in turn. */
export function planFaults({ seed, workers, epochSeconds, without }: FuzzOptions, epoch: number): PlannedFault[] {
  const theme = without ? 0 : (epoch + Math.floor(epoch / THEMES.length)) % THEMES.length;
  const random = new SeededRandom(mixSeeds(seed, epoch, 0xfa017));
  const planned: PlannedFault[] = [];
  // The first reads fill the cache.
  for (let at = 300 + random.below(400); at < epochSeconds * 1_000; at += 150 + random.below(MOST_BETWEEN)) {
    const kind = random.pick(THEMES[theme]);
    planned.push({ at, fault: planFault(random, kind, workers), saves: random.chance(0.3) });
  }
  return planned;
}

function planFault(random: SeededRandom, kind: Fault['kind'], workers: number): Fault {
  const slot = random.below(workers);
  const lasts = 50 + random.below(700);
  const manner = random.pick(['refused', 'silent'] as const);
  switch (kind) {
    case 'kill redis':
      return { kind, lasts, memory: random.pick(['empty', 'old'] as const) };
    case 'flush':
      return { kind };
    case 'evict':
      return { kind, keys: 10 + random.below(200) };
    case 'cut all':
      return { kind, lasts, manner };
    case 'cut one':
      return { kind, slot, lasts: random.chance(0.3) ? lasts * 4 : lasts, manner };
    case 'stall one':
      return { kind, slot, lasts };
    case 'kill worker':
      return { kind, slot, ambush: random.chance(0.75) ? planAmbush(random, 'SIGKILL') : undefined };
    case 'stop worker': {
      const ends = random.pick(['continued', 'killed'] as const);
      const ambush = random.chance(0.7) ? planAmbush(random, 'SIGSTOP') : undefined;
      return { kind, slot, lasts: TIMES.tombstoneTtl + 300 + random.below(600), ends, ambush };
    }
  }
}

/** Most of them between COMMIT and the end of the invalidation. */
function planAmbush(random: SeededRandom, signal: Ambush['signal']): Ambush {
  if (random.chance(0.5)) return { step: 'unmark', moment: 'before', signal };
  const step = random.pick(['mark', 'unmark', 'fill', 'lease'] as const);
  return { step, moment: random.pick(['before', 'after'] as const), signal };
}
