import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readCommandLine } from './command-line.js';
import { measureCaches } from './measure-caches.js';
import { measureSuite } from './measure-suite.js';
import { herdTable } from './report/herd-table.js';
import { machine } from './report/machine.js';
import type { EngineFigures, RunFigures } from './report/run-figures.js';
import { engineTable, machineLines } from './report/table.js';

const RESULTS = 'bench/results/latest.json';

const commandLine = readCommandLine(process.argv.slice(2));
const { rounds, seed } = commandLine;
const here = await machine();
const startedAt = new Date().toISOString();
console.log(`${machineLines(here)}\n${rounds} rounds, seed ${seed}, ${startedAt}\n`);

const engines: EngineFigures[] = [];
if (commandLine.suites.includes('tables')) {
  for (const engine of commandLine.engines) {
    const figures = await measureSuite('tables', engine, commandLine);
    engines.push(figures);
    console.log(engineTable(figures));
  }
}

const wantsCaches = commandLine.suites.some((suite) => suite !== 'tables') && commandLine.engines.includes('postgres');
const caches = wantsCaches ? await measureCaches(commandLine) : undefined;
if (wantsCaches && !caches) console.log('No Redis server answers (TEST_REDIS_URL): the caches are NOT measured.\n');
for (const figures of caches?.suites ?? []) {
  engines.push(figures);
  console.log(engineTable(figures));
}
if (caches?.herd) console.log(herdTable(caches.herd));

const figures: RunFigures = { startedAt, machine: here, rounds, seed, engines, herd: caches?.herd };
await mkdir(dirname(RESULTS), { recursive: true });
await writeFile(RESULTS, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(`Written to ${RESULTS}`);

const verdicts = engines.flatMap(({ workloads }) => workloads).flatMap((workload) => workload.verdicts);
const isBroken = verdicts.some(({ holds }) => !holds) || caches?.herd?.holds === false;
if (commandLine.check && isBroken) process.exitCode = 1;
