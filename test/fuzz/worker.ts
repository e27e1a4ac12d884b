import { now } from './clock.js';
import type { Flavour } from './flavour.js';
import { LANES } from './fuzz-options.js';
import type { FuzzedStore } from './fuzzed-store.js';
import { Lane } from './lane.js';
import { mixSeeds } from './mix-seeds.js';
import { openWorkerSource } from './open-worker-source.js';
import { OperationLog } from './operation-log.js';
import { Repositories } from './repositories.js';
import type { ReadStep } from './step.js';
import { BUCKETS, codesOf, modelOf, type ModelName } from './universe.js';
import { WatchList } from './watch-list.js';
import type { Answer, Order, WorkerSetup } from './worker-message.js';

/*
 * A process of the fuzzer: several lanes, each with a program of its own, on one data source. It does what it is told
 * over its channel, and ends with it.
 */
/** Nothing takes that long while nothing goes wrong any more. */
const HANG_MS = 20_000;

const log = new OperationLog();
const watchList = new WatchList();
let lanes: readonly Lane[] = [];
let store: FuzzedStore | undefined;
let running: Promise<unknown> = Promise.resolve();
let isPaused = true;

async function setUp(setup: WorkerSetup): Promise<void> {
  const source = await openWorkerSource(setup);
  store = source.store;
  const repositories = new Repositories(source.dataSource);
  const { slot, incarnation, options } = setup;
  lanes = Array.from({ length: LANES }, (_, lane) => {
    const name = `${slot}.${incarnation}.${lane}`;
    return new Lane({ repositories, log, watchList }, name, mixSeeds(options.seed, slot, incarnation, lane));
  });
  answer({ type: 'ready' });
}

function run(path: string, flavour: Flavour): void {
  log.open(path);
  isPaused = false;
  running = Promise.all(lanes.map((lane) => lane.runUntil(() => isPaused, flavour)));
}

async function pauseAll(): Promise<void> {
  isPaused = true;
  const timer = setTimeout(noteHang, HANG_MS);
  await running;
  clearTimeout(timer);
  log.flush();
  answer({ type: 'idle' });
}

function noteHang(): void {
  for (const { name, current } of lanes) {
    if (current !== undefined) log.add({ type: 'fault', at: now(), text: `${name} hangs in ${current}` });
  }
}

/** The first time fills what is missing; the second time the cache must have it. */
async function readAll(): Promise<void> {
  await readEach(everything());
  const answers = await readEach(everything().filter(({ kind }) => kind === 'key'));
  log.flush();
  answer({ type: 'has read all', keys: answers.length, hits: answers.filter((each) => each === 'hit').length });
}

/** What the cache said first to each read. */
async function readEach(steps: readonly ReadStep[]): Promise<(string | undefined)[]> {
  const answers = lanes.map(async (lane, index) => {
    const own: (string | undefined)[] = [];
    for (const step of steps.filter((_, each) => each % lanes.length === index)) own.push((await lane.read(step))?.[0]);
    return own;
  });
  return (await Promise.all(answers)).flat();
}

function everything(): ReadStep[] {
  const base = { type: 'read', load: false, offset: 0, limit: undefined } as const;
  const models: readonly ModelName[] = ['shelf', 'volume'];
  const keys = models.flatMap(codesOf).map((code): ReadStep => {
    return { ...base, kind: 'key', model: modelOf(code), wanted: { code }, load: code.startsWith('v00') };
  });
  const conditions = models.flatMap((model) => {
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => ({ bucket }));
    const shelves = model === 'volume' ? codesOf('shelf').map((shelf) => ({ shelf })) : [];
    return [{}, ...buckets, ...shelves].flatMap((wanted): ReadStep[] => [
      { ...base, kind: 'list', model, wanted },
      { ...base, kind: 'count', model, wanted },
    ]);
  });
  return [...keys, ...conditions];
}

function answer(message: Answer): void {
  process.send?.(message);
}

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'set up':
      return setUp(order.setup);
    case 'run':
      return run(order.log, order.flavour);
    case 'pause':
      return pauseAll();
    case 'read all':
      return readAll();
    case 'watch':
      return watchList.add(order.codes, order.milliseconds);
    case 'ambush':
      store?.lay(order.ambush, order.until);
  }
}

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
