import { beforeAll, describe, expect, it } from '@jest/globals';
import { DATABASES_OF_FULL_RUNS } from '../support/databases.js';
import { EXCLUSIONS } from '../support/typeorm-unchanged/exclusions.js';
import {
  INTENDED_DIFFERENCES,
  type IntendedDifference,
  type Place,
} from '../support/typeorm-unchanged/intended-differences.js';
import type { Outcome } from '../support/typeorm-unchanged/outcome.js';
import { publicMethods } from '../support/typeorm-unchanged/public-methods.js';
import { runVariants, type Runs } from '../support/typeorm-unchanged/run-variants.js';
import { SCENARIOS } from '../support/typeorm-unchanged/scenarios.js';
import { Snapshots } from '../support/typeorm-unchanged/snapshot.js';
import { steadyRows } from '../support/typeorm-unchanged/steady-rows.js';

/*
 * An application that has grown on plain TypeORM does the same things with this library and without it: what TypeORM
 * sends, gives and leaves behind is compared, scenario by scenario. Differences are intended, and listed, or faults.
 */

class WithField {
  field: unknown;
}
const define = Object.hasOwn(new WithField(), 'field');
const scenarios = Object.keys(SCENARIOS);

let runs: Runs;
beforeAll(async () => {
  runs = await runVariants(DATABASES_OF_FULL_RUNS, define);
}, 300_000);

/** What came of a scenario without this library, and with it. */
function outcomesAt({ engine, variant, scenario }: Place): [plain: Outcome, extended: Outcome] {
  return [runs.off.engines[engine].scenarios[scenario], runs[variant].engines[engine].scenarios[scenario]];
}

function without(differences: readonly IntendedDifference[], outcome: Outcome): Outcome {
  return differences.reduce((left, difference) => difference.without(left), outcome);
}

describe('what is compared', () => {
  class Cat {
    constructor(readonly name: unknown) {}
  }
  const shared = { a: 1 };
  const accessor = Object.defineProperty({}, 'name', { get: () => 'Tom', enumerable: true });

  it.each<[what: string, one: unknown, other: unknown]>([
    ['a class and a plain object', new Cat('Tom'), { name: 'Tom' }],
    ['null and nothing', new Cat(null), new Cat(undefined)],
    ['dates', new Date(0), new Date(1)],
    ['a date and its text', new Date(0), new Date(0).toISOString()],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['a map and a set', new Map(), new Set()],
    ['bytes', Buffer.from('a'), Buffer.from('b')],
    ['a number and its text', 1, '1'],
    ['one object twice, and two alike', [shared, shared], [shared, { ...shared }]],
    ['an accessor and a value', accessor, { name: 'Tom' }],
    ['a property under a symbol', { [Symbol('x')]: 1 }, {}],
    ['the classes of errors', new TypeError('x'), new RangeError('x')],
    ['the messages of errors', new Error('x'), new Error('y')],
    ['the order of properties', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ])('%s differ', (_, one, other) => {
    const text = (value: unknown) => JSON.stringify(new Snapshots().take(value));
    expect(text(other)).not.toBe(text(one));
  });

  it.each<[what: string, one: unknown, other: unknown]>([
    ['properties without a value', new Cat(undefined), Object.create(Cat.prototype)],
    ['what is not enumerable', Object.defineProperty({}, 'name', { get: () => 'Tom' }), {}],
    ['times of this day', new Date(), new Date(Date.now() - 1_000)],
    ['generated keys', crypto.randomUUID(), crypto.randomUUID()],
  ])('%s make no difference', (_, one, other) => {
    expect(new Snapshots().take(other)).toEqual(new Snapshots().take(one));
  });

  it('generated keys are told apart', () => {
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
    expect(new Snapshots().take([one, other, one])).toEqual(['<uuid 1>', '<uuid 2>', '<uuid 1>']);
  });

  it.each([
    ['without an order, by what they are', 'SELECT "t"."id" FROM "t"', [{ t_id: 1 }, { t_id: 2 }, { t_id: 3 }]],
    ['in their order', 'SELECT "t"."id" FROM "t" ORDER BY "t"."id" DESC', [{ t_id: 3 }, { t_id: 1 }, { t_id: 2 }]],
    ['in an order that is not known', 'SELECT 1 ORDER BY RANDOM()', [{ t_id: 3 }, { t_id: 1 }, { t_id: 2 }]],
    [
      'where a subquery alone is ordered, by what they are',
      'SELECT * FROM (SELECT 1 ORDER BY "t"."id")',
      [{ t_id: 1 }, { t_id: 2 }, { t_id: 3 }],
    ],
    ['of writes, as they are', 'INSERT INTO t RETURNING id', [{ t_id: 3 }, { t_id: 1 }, { t_id: 2 }]],
  ])('rows come %s', (_, sql, rows) => {
    expect(steadyRows(sql, [{ t_id: 3 }, { t_id: 1 }, { t_id: 2 }])).toEqual(rows);
  });

  it('rows of the same place in an order come by what they are', () => {
    const row = (id: number, name: string) => ({ t_id: id, u_name: name });
    const rows = [row(2, 'b'), row(2, 'a'), row(1, 'd'), row(1, 'c')];
    expect(steadyRows('SELECT 1 FROM t ORDER BY `t`.`id` DESC LIMIT 4', rows)).toEqual([
      row(2, 'a'),
      row(2, 'b'),
      row(1, 'c'),
      row(1, 'd'),
    ]);
  });
});

describe('the scenarios', () => {
  it('call every public method of TypeORM, or say why not', () => {
    const called = runs.off.called ?? [];
    expect(publicMethods().filter((method) => !called.includes(method) && !(method in EXCLUSIONS))).toEqual([]);
  });

  it('leave nothing out that they call, or that is not there', () => {
    const called = runs.off.called ?? [];
    const excluded = Object.keys(EXCLUSIONS);
    expect(excluded.filter((method) => called.includes(method) || !publicMethods().includes(method))).toEqual([]);
  });

  it('are found where TypeORM has them', () => {
    expect(publicMethods()).toEqual(
      expect.arrayContaining([
        'Repository.find',
        'TreeRepository.find',
        'TreeRepository.findTrees',
        'EntityManager.transaction',
        'SelectQueryBuilder.getMany',
        'SelectQueryBuilder.clone',
        'RelationQueryBuilder.loadMany',
      ]),
    );
    expect(publicMethods()).not.toContain('SelectQueryBuilder.buildWhere');
  });

  it('run without this library, and with it', () => {
    const patched = Object.fromEntries(Object.entries(runs).map(([variant, run]) => [variant, run.patched]));
    expect(patched).toEqual({ off: false, all: true, models: true });
  });
});

describe.each(DATABASES_OF_FULL_RUNS)('on $name', ({ name: engine }) => {
  it.each([
    ['off', 'undefined'],
    ['all', 'RelationNotLoadedError'],
    ['models', 'undefined'],
  ] as const)('a relation that was not loaded is, with the variant %s, %s', (variant, unloaded) => {
    expect(runs[variant].engines[engine].unloaded).toBe(unloaded);
  });

  describe.each(['all', 'models'] as const)('with the library, %s guarded', (variant) => {
    it.each(scenarios)('%s', (scenario) => {
      const place: Place = { engine, variant, scenario, define };
      const [plain, extended] = outcomesAt(place);
      expect([plain.problem, extended.problem]).toEqual([undefined, undefined]);
      const intended = INTENDED_DIFFERENCES.filter((difference) => difference.concerns(place));
      const [one, other] = [without(intended, plain), without(intended, extended)];
      // The text tells the order of properties, too; the objects tell where they differ.
      if (JSON.stringify(other) !== JSON.stringify(one)) expect(other).toEqual(one);
      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    });
  });
});

describe.each(INTENDED_DIFFERENCES)('intended: $reason', (intended) => {
  const places = DATABASES_OF_FULL_RUNS.flatMap(({ name: engine }) =>
    (['all', 'models'] as const).flatMap((variant) =>
      scenarios.map((scenario): Place => ({ engine, variant, scenario, define })),
    ),
  ).filter((place) => intended.concerns(place));

  (places.length > 0 ? it : it.skip)('is met', () => {
    const others = INTENDED_DIFFERENCES.filter((difference) => difference !== intended);
    const isMet = (place: Place): boolean => {
      const rest = others.filter((difference) => difference.concerns(place));
      const [plain, extended] = outcomesAt(place).map((outcome) => JSON.stringify(without(rest, outcome)));
      return plain !== extended;
    };
    expect(places.some(isMet)).toBe(true);
  });
});
