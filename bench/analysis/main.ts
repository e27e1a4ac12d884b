import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { seededRandom, shuffled } from '../method/random.js';
import { estimate, holds, median, pairedRatios, type Estimate } from '../method/statistics.js';
import { aligned } from '../report/aligned.js';
import { machine } from '../report/machine.js';
import type { Start, Time } from './start.js';
import { CONTROLLERS, FAULTS, HANDLERS, MODELS } from './world.js';
import { writeApplication } from './write-application.js';

/** Most that the analysis may take: times what the start of the same application takes without it. */
const BOUND = 1;
const START = fileURLToPath(new URL('start.js', import.meta.url));
const RESULTS = 'bench/results';

/** Ways to start: without analysis; the same, and analysed afterwards; with the analysis as a part of the start. */
const WAYS = ['off', 'analysed', 'warn'] as const;
type Way = (typeof WAYS)[number];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    check: { type: 'boolean', default: false },
    /** Folder for a CPU profile of one analysed start; nothing is measured then. */
    'cpu-prof': { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a positive whole number');

const { processor, cores, node, loadAtStart } = await machine();
console.log(`${processor}, ${cores} cores; load ${loadAtStart.toFixed(2)} at the start`);
console.log(`Node.js ${node}; ${CONTROLLERS} controllers, ${HANDLERS} handlers, ${MODELS} models; ${rounds} rounds\n`);

const folder = await writeApplication();
if (values['cpu-prof'] !== undefined) {
  await run('analysed', ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`]);
  console.log(`The profile is in ${values['cpu-prof']}`);
} else {
  await measure();
}

async function measure(): Promise<void> {
  const runs: Record<Way, Start[]> = { off: [], analysed: [], warn: [] };
  const random = seededRandom(seed);
  // The first of each reads the files from the disk; it does not count.
  for (const way of WAYS) await run(way);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of shuffled(WAYS, random)) runs[way].push(await run(way));
  }

  const startUp = runs.off.map((start) => start.startUp);
  const whole = runs.warn.map((start) => start.startUp);
  const analysis = runs.analysed.map((start) => known(start.analysis));
  const again = runs.analysed.map((start) => known(start.again));
  const share = ratioOf(analysis, startUp, passed);
  const isKept = holds(share, BOUND);
  const rows = [
    ['', 'time, ms', 'processor, ms', 'processor, µs for a handler'],
    row(
      'loading the application',
      runs.off.map(({ imports }) => imports),
    ),
    row('start-up, mode off', startUp),
    row('start-up, mode warn', whole),
    row('the analysis', analysis),
    row('the analysis, warm', again),
  ];
  for (const line of aligned(rows)) console.log(line);
  console.log(`\nanalysis / start-up, time: ${ratioText(share)}, bound ≤ ${BOUND} ${isKept ? 'holds' : 'broken'}`);
  console.log(`analysis / start-up, processor: ${ratioText(ratioOf(analysis, startUp, worked))}`);
  console.log(`start-up with it / without, processor: ${ratioText(ratioOf(whole, startUp, worked))}`);
  const [after = 0, then = 0] = runs.analysed[0].memory;
  console.log(`resident memory: ${after} MiB after the start, ${then} MiB after the analysis`);
  console.log(`files of the analysis that mode off loads: ${Math.max(...runs.off.map(({ loaded }) => loaded))}`);

  await mkdir(RESULTS, { recursive: true });
  const figures = { node, loadAtStart, rounds, seed, bound: BOUND, share, runs };
  await writeFile(`${RESULTS}/analysis.json`, `${JSON.stringify(figures, undefined, 2)}\n`);
  console.log(`Written to ${RESULTS}/analysis.json`);
  if (values.check && !isKept) process.exitCode = 1;
}

/** Starts once, in a fresh process, and looks whether everything was done. */
async function run(way: Way, flags: readonly string[] = []): Promise<Start> {
  const args = [...flags, START, folder, ...(way === 'analysed' ? ['analyse'] : [])];
  const env = { ...process.env, ANALYSIS_MODE: way === 'warn' ? 'warn' : 'off' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const start = JSON.parse(stdout) as Start;
  const { handlers, findings, unread, loaded } = start;
  if (way === 'analysed' && (handlers !== HANDLERS || findings !== FAULTS || unread !== 0)) {
    throw new Error(`The analysis has read ${handlers} handlers, but ${unread}, and has found ${findings}`);
  }
  if ((way === 'off') !== (loaded === 0)) throw new Error(`Mode ${way} has loaded ${loaded} files of the analysis`);
  return start;
}

function known(time: Time | undefined): Time {
  if (time === undefined) throw new Error('The start was not analysed');
  return time;
}

function passed(time: Time): number {
  return time.passed;
}

function worked(time: Time): number {
  return time.worked;
}

function ratioOf(over: readonly Time[], under: readonly Time[], figure: (time: Time) => number): Estimate {
  return estimate(pairedRatios(over.map(figure), under.map(figure)));
}

function row(what: string, times: readonly Time[]): string[] {
  const processor = median(times.map(worked));
  return [
    what,
    median(times.map(passed)).toFixed(0),
    processor.toFixed(0),
    ((processor * 1_000) / HANDLERS).toFixed(0),
  ];
}

function ratioText({ median: middle, lower, upper }: Estimate): string {
  return `${middle.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`;
}
