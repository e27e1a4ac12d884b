import { CONTESTANTS, contestantTitle, type ContestantName } from '../contestants/contestant.js';
import type { VariantFigures, Verdict, WorkloadFigures } from '../method/compare.js';
import type { Estimate } from '../method/statistics.js';
import type { Suite } from '../workloads/index.js';
import { aligned } from './aligned.js';
import type { Machine } from './machine.js';
import type { EngineFigures } from './run-figures.js';

export function machineLines({ processor, cores, memoryGiB, node, loadAtStart, packages }: Machine): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB; load ${loadAtStart.toFixed(2)} at the start`,
    `Node.js ${node}; ${versions.join(', ')}`,
  ].join('\n');
}

/** A table in Markdown, aligned for the terminal; below it what was measured of each contestant, fastest first. */
export function engineTable({ engine, suite, settings, workloads }: EngineFigures): string {
  const { version, ...others } = settings;
  const settingsLine = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  const names = CONTESTANTS.filter((name) => workloads.some((workload) => pairOf(workload, name)));
  const headings = [
    'workload',
    ...names.map((name) => contestantTitle(name, suite)),
    'module / TypeORM (95 %)',
    'bound',
  ];
  const rows = workloads.map((workload) => [
    workload.title,
    ...names.map((name) => cell(pairOf(workload, name))),
    workload.toTypeOrm ? ratioText(workload.toTypeOrm) : '–',
    workload.verdicts.map((verdict) => verdictText(verdict, suite)).join('; ') || '–',
  ]);
  return [
    `${engine} ${version}: ${settingsLine.join(', ')}`,
    '',
    ...aligned([headings, ...rows]),
    '',
    ...workloads.map((workload) => variantsLine(workload, names, suite)),
    '',
  ].join('\n');
}

function pairOf({ variants }: WorkloadFigures, name: ContestantName): VariantFigures | undefined {
  return variants.find(({ contestant, isPair }) => contestant === name && isPair);
}

function cell(figures: VariantFigures | undefined): string {
  return figures ? figuresText(figures) : '–';
}

function figuresText({ contestant, microseconds, toRaw }: VariantFigures): string {
  const time = microsecondsText(microseconds.median);
  return toRaw && contestant !== 'raw' ? `${toRaw.median.toFixed(2)}× (${time})` : time;
}

/** By which of its ways each contestant stands in the table; then its slower ones with their figures. */
function variantsLine(
  { title, variants }: WorkloadFigures,
  names: readonly ContestantName[],
  suite: Suite | undefined,
): string {
  const ways = names.flatMap((name) => {
    const own = variants.filter(({ contestant }) => contestant === name);
    if (own.length === 0) return [];
    const fastest = own.filter(({ isPair }) => isPair).map(({ variant }) => variant);
    const slower = own.filter(({ isPair }) => !isPair).map((figures) => `${figures.variant} ${figuresText(figures)}`);
    return [`${contestantTitle(name, suite)}: ${[...fastest, ...slower.map((text) => `also ${text}`)].join(', ')}`];
  });
  return `- ${title}: ${ways.join('; ')}`;
}

function verdictText({ bound, ratio, holds }: Verdict, suite: Suite | undefined): string {
  const verdict = holds ? 'holds' : 'broken';
  if (bound.to === 'typeorm') return `≤ ${bound.most} ${verdict}`;
  return `≤ ${bound.most} to ${contestantTitle(bound.to, suite)} ${verdict}: ${ratioText(ratio)}`;
}

function ratioText({ median, lower, upper }: Estimate): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`;
}

function microsecondsText(microseconds: number): string {
  return `${microseconds.toLocaleString('en-US', { maximumFractionDigits: microseconds < 100 ? 1 : 0 })} µs`;
}
