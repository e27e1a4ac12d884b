import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CONTESTANTS, runsOn, type ContestantName } from '../../bench/contestants/contestant.js';
import type { EngineName } from '../../bench/database/bench-database.js';
import { boundsOf } from '../../bench/method/bounds.js';
import { compare, type WorkloadFigures } from '../../bench/method/compare.js';
import { engineTable } from '../../bench/report/table.js';
import { type Bound, type Workload, WORKLOADS, workloadNamed } from '../../bench/workloads/index.js';

type Samples = readonly [ContestantName, string, readonly number[]];

const workload = (bounds?: readonly Bound[]): Workload => ({ ...workloadNamed('rowById'), bounds });

function figures(engine: EngineName, bounds: readonly Bound[] | undefined, ...samples: Samples[]): WorkloadFigures {
  const runners = samples.map(([contestant, variant]) => ({ contestant, variant }));
  return compare(workload(bounds), engine, runners, { operations: 1, samples: samples.map(([, , times]) => times) });
}

const times = (nanoseconds: number) => Array.from({ length: 9 }, () => nanoseconds);

describe('the comparison of the benchmarks', () => {
  describe('bounds of a workload', () => {
    it('are 1.15 of plain TypeORM unless it has its own', () => {
      expect(boundsOf(workload(), 'sqlite')).toEqual([{ to: 'typeorm', most: 1.15 }]);
      expect(boundsOf(workload([{ to: 'raw', most: 2 }]), 'sqlite')).toEqual([{ to: 'raw', most: 2 }]);
    });

    it('count on the engines that they name', () => {
      const bounds: Bound[] = [
        { to: 'typeorm', most: 1.1 },
        { to: 'raw', most: 1.8, engines: ['postgres'] },
      ];
      expect(boundsOf(workload(bounds), 'postgres')).toEqual(bounds);
      expect(boundsOf(workload(bounds), 'mariadb')).toEqual([bounds[0]]);
    });

    it.each(['readChangeSave', 'readChangeSaveVersioned'] as const)(
      'hold %s to 1.8 of the raw driver on PostgreSQL',
      (name) => {
        expect(boundsOf(workloadNamed(name), 'postgres')).toContainEqual(
          expect.objectContaining({ to: 'raw', most: 1.8 }),
        );
        expect(boundsOf(workloadNamed(name), 'sqlite').map(({ to }) => to)).toEqual(['typeorm']);
      },
    );
  });

  describe('verdicts', () => {
    const bounds: Bound[] = [
      { to: 'typeorm', most: 1.15 },
      { to: 'raw', most: 1.8 },
    ];

    it('compare this module with the contestant that the bound names', () => {
      const { verdicts, toTypeOrm } = figures(
        'postgres',
        bounds,
        ['raw', 'a', times(100)],
        ['typeorm', 'b', times(400)],
        ['module', 'c', times(200)],
      );
      expect(verdicts).toEqual([
        { bound: bounds[0], ratio: { median: 0.5, lower: 0.5, upper: 0.5 }, holds: true },
        { bound: bounds[1], ratio: { median: 2, lower: 2, upper: 2 }, holds: false },
      ]);
      expect(toTypeOrm?.median).toBe(0.5);
    });

    it('take the fastest variant of either side', () => {
      const { verdicts, variants } = figures(
        'postgres',
        bounds,
        ['raw', 'slow', times(900)],
        ['raw', 'fast', times(100)],
        ['module', 'fast', times(150)],
        ['module', 'slow', times(800)],
      );
      expect(verdicts.map(({ ratio }) => ratio.median)).toEqual([1.5]);
      expect(variants.filter(({ isPair }) => isPair).map(({ variant }) => variant)).toEqual(['fast', 'fast']);
    });

    it('need both sides', () => {
      expect(figures('postgres', bounds, ['module', 'a', times(1)]).verdicts).toEqual([]);
      expect(figures('postgres', bounds, ['raw', 'a', times(1)], ['typeorm', 'b', times(1)])).toMatchObject({
        toTypeOrm: undefined,
        verdicts: [],
      });
    });

    it('do not count peers', () => {
      const { verdicts } = figures('postgres', bounds, ['drizzle', 'a', times(1)], ['module', 'b', times(100)]);
      expect(verdicts).toEqual([]);
    });
  });

  describe('table', () => {
    const table = (...workloads: WorkloadFigures[]) =>
      engineTable({ engine: 'postgres', settings: { version: '15' }, workloads });

    it('has the ratio of every contestant to the raw driver, and of this module to TypeORM', () => {
      const text = table(
        figures(
          'postgres',
          [{ to: 'raw', most: 1.8 }],
          ['raw', 'two statements', times(100_000)],
          ['typeorm', 'save', times(500_000)],
          ['mikroorm', 'flush', times(600_000)],
          ['module', 'save', times(200_000)],
        ),
      );
      const [headings, , row] = cellsOf(text);
      expect(headings).toEqual([
        'workload',
        'raw driver',
        'TypeORM',
        'MikroORM',
        'this module',
        'module / TypeORM (95 %)',
        'bound',
      ]);
      expect(row).toEqual([
        'row by id',
        '100 µs',
        '5.00× (500 µs)',
        '6.00× (600 µs)',
        '2.00× (200 µs)',
        '0.40 (0.40–0.40)',
        '≤ 1.8 to raw driver broken: 2.00 (2.00–2.00)',
      ]);
    });

    it('leaves a cell empty where a contestant has no part, and times without a ratio where the raw driver has none', () => {
      const text = table(
        figures('postgres', undefined, ['raw', 'a', times(1_000)], ['drizzle', 'b', times(2_000)]),
        figures('postgres', undefined, ['typeorm', 'c', times(4_000)], ['module', 'd', times(2_000)]),
      );
      const [, , first, second] = cellsOf(text);
      expect(first).toEqual(['row by id', '1 µs', '–', '2.00× (2 µs)', '–', '–', '–']);
      expect(second).toEqual(['row by id', '–', '4 µs', '–', '2 µs', '0.50 (0.50–0.50)', '≤ 1.15 holds']);
    });

    it('says below by which of its ways each contestant stands in it', () => {
      const text = table(
        figures(
          'postgres',
          undefined,
          ['raw', 'a', times(1_000)],
          ['drizzle', 'b', times(3_000)],
          ['drizzle', 'c', times(2_000)],
        ),
      );
      expect(text).toContain('- row by id: raw driver: a; Drizzle: c, also b 3.00× (3 µs)\n');
    });
  });

  it('the peers run on PostgreSQL, Drizzle on SQLite too; the others everywhere', () => {
    const on = (engine: EngineName) => CONTESTANTS.filter((name) => runsOn(name, engine));
    expect(on('postgres')).toEqual([...CONTESTANTS]);
    expect(on('sqlite')).toEqual(['raw', 'typeorm', 'drizzle', 'module']);
    expect(on('mariadb')).toEqual(['raw', 'typeorm', 'module']);
  });

  it('a turn that loads before it saves reads every row at most once', () => {
    const { input, maxOperations } = workloadNamed('saveBatch');
    // One operation more than it measures: the one that gets the processor back.
    const slots = Array.from({ length: maxOperations + 1 }, (_, step) => input(7 + step, 1));
    expect(new Set(slots.map((slot) => JSON.stringify(slot))).size).toBe(slots.length);
  });

  it.each([
    ['--workloads', WORKLOADS.map(({ name }) => name)],
    ['--contestants', [...CONTESTANTS]],
  ] as const)('the page on benchmarks lists what %s takes', (option, names) => {
    const page = readFileSync('docs/reference/benchmarks.md', 'utf8');
    const row = page.split('\n').find((line) => line.startsWith(`| \`${option}\``)) ?? '';
    expect([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(names);
  });

  it('every workload has a name and a title of its own', () => {
    expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
    expect(new Set(WORKLOADS.map(({ title }) => title)).size).toBe(WORKLOADS.length);
  });
});

/** The cells of the first table in the text, row by row; the second row is the rule. */
function cellsOf(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
