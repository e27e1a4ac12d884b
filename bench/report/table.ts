import type { ContestantName } from '../contestants/contestant.js';
import type { VariantFigures, Verdict, WorkloadFigures } from '../method/compare.js';
import type { Estimate } from '../method/statistics.js';
import type { Machine } from './machine.js';
import type { EngineFigures } from './run-figures.js';

const HEADINGS = ['workload', 'raw driver', 'TypeORM', 'this module', 'module / TypeORM (95 %)', 'bound'];

export function machineLines({ processor, cores, memoryGiB, node, loadAtStart, packages }: Machine): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB; load ${loadAtStart.toFixed(2)} at the start`,
    `Node.js ${node}; ${versions.join(', ')}`,
  ].join('\n');
}

/** A table in Markdown, aligned for the terminal; below it the variants that do not stand for their contestant. */
export function engineTable({ engine, settings, workloads }: EngineFigures): string {
  const { version, ...others } = settings;
  const settingsLine = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  const rows = [HEADINGS, ...workloads.map(cells)];
  return [
    `${engine} ${version}: ${settingsLine.join(', ')}`,
    '',
    ...aligned(rows),
    '',
    ...workloads.flatMap(slowerVariants),
  ].join('\n');
}

function cells({ title, variants, verdict }: WorkloadFigures): string[] {
  const cell = (name: ContestantName) => {
    const figures = variants.find(({ contestant, isPair }) => contestant === name && isPair);
    return figures ? figuresText(figures) : '–';
  };
  return [
    title,
    cell('raw'),
    cell('typeorm'),
    cell('module'),
    verdict ? ratioText(verdict.ratio) : '–',
    boundText(verdict),
  ];
}

function figuresText({ variant, microseconds, toRaw }: VariantFigures): string {
  const ratio = toRaw ? ` ${toRaw.median.toFixed(2)}×` : '';
  return `${microsecondsText(microseconds.median)}${ratio} (${variant})`;
}

function slowerVariants({ title, variants }: WorkloadFigures): string[] {
  return variants
    .filter(({ isPair }) => !isPair)
    .map((figures) => `${title}: ${figures.contestant} also ${figuresText(figures)}`);
}

function boundText(verdict: Verdict | undefined): string {
  return verdict ? `≤ ${verdict.bound} ${verdict.holds ? 'holds' : 'broken'}` : '–';
}

function ratioText({ median, lower, upper }: Estimate): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`;
}

function microsecondsText(microseconds: number): string {
  return `${microseconds.toLocaleString('en-US', { maximumFractionDigits: microseconds < 100 ? 1 : 0 })} µs`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [headings, ...body] = rows.map(line);
  return [headings, rule, ...body];
}
