import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import ts from 'typescript';
import { seededRandom, shuffled } from '../method/random.js';
import { estimate, holds, median, pairedRatios, type Estimate } from '../method/statistics.js';
import { machine } from '../report/machine.js';
import type { Compilation } from './compile.js';
import { VARIANTS, type Variant } from './variant.js';
import { MODELS } from './world.js';
import { writeApplication } from './write-application.js';

/** Most that the types of results may add: times what the compiler takes without them. */
const BOUND = 1.25;
const COMPILE = fileURLToPath(new URL('compile.js', import.meta.url));
const RESULTS = 'bench/results';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a positive whole number`);

const { processor, cores, node, loadAtStart } = await machine();
console.log(`${processor}, ${cores} cores; load ${loadAtStart.toFixed(2)} at the start`);
console.log(`Node.js ${node}; TypeScript ${ts.version}; ${MODELS} models; ${rounds} rounds, seed ${seed}\n`);

const folders: Record<Variant, string> = {
  loaded: await writeApplication('loaded'),
  plain: await writeApplication('plain'),
};
const runs: Record<Variant, Compilation[]> = { loaded: [], plain: [] };
const random = seededRandom(seed);
// The first of each reads the files from the disk; it does not count.
for (const variant of VARIANTS) await compile(variant);
for (let round = 0; round < rounds; round += 1) {
  for (const variant of shuffled(VARIANTS, random)) runs[variant].push(await compile(variant));
}

const time = ratioOf((run) => run.milliseconds);
const processorTime = ratioOf((run) => run.processorMilliseconds);
const isKept = holds(time, BOUND);
for (const variant of VARIANTS) console.log(figuresLine(variant));
console.log(`\nloaded / plain, time: ${ratioText(time)}, bound ≤ ${BOUND} ${isKept ? 'holds' : 'broken'}`);
console.log(`loaded / plain, processor time: ${ratioText(processorTime)}`);
await mkdir(RESULTS, { recursive: true });
const figures = { node, typescript: ts.version, loadAtStart, rounds, seed, bound: BOUND, time, processorTime, runs };
await writeFile(`${RESULTS}/types.json`, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(`Written to ${RESULTS}/types.json`);
if (values.check && !isKept) process.exitCode = 1;

async function compile(variant: Variant): Promise<Compilation> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMPILE, folders[variant]]);
  return JSON.parse(stdout) as Compilation;
}

function ratioOf(figure: (run: Compilation) => number): Estimate {
  return estimate(pairedRatios(runs.loaded.map(figure), runs.plain.map(figure)));
}

function figuresLine(variant: Variant): string {
  const middle = (figure: (run: Compilation) => number) => median(runs[variant].map(figure));
  const seconds = (figure: (run: Compilation) => number) => (middle(figure) / 1_000).toFixed(2);
  const count = (figure: (run: Compilation) => number) => middle(figure).toLocaleString('en-US');
  return [
    `${variant.padEnd(6)} ${seconds((run) => run.milliseconds)} s`,
    `${seconds((run) => run.processorMilliseconds)} s of processor time`,
    `${count((run) => run.instantiations)} instantiations`,
    `${count((run) => run.types)} types`,
  ].join(', ');
}

function ratioText({ median: middle, lower, upper }: Estimate): string {
  return `${middle.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`;
}
