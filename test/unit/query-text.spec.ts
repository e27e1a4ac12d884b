import { describe, expect, it } from '@jest/globals';
import {
  And,
  Any,
  ArrayContainedBy,
  ArrayContains,
  ArrayOverlap,
  Between,
  Equal,
  ILike,
  In,
  IsNull,
  JsonContains,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Or,
  Raw,
} from 'typeorm';
import { branchesText, NoNormalForm, orderText } from '../../lib/cache/query-text.js';

const text = (...branches: object[]) => branchesText(branches);
const nestedBelow = (name: string) => (value: object) => name in value;

class Decimal {
  constructor(readonly digits: string) {}
  toJSON(): string {
    return '***';
  }
}

describe('the normal form of a condition', () => {
  it.each<readonly [string, readonly object[], readonly object[]]>([
    ['names', [{ a: 1, b: 'x' }], [{ b: 'x', a: 1 }]],
    ['branches', [{ a: 1 }, { b: 2 }], [{ b: 2 }, { a: 1 }]],
    ['branches that are there twice', [{ a: 1 }, { a: 1 }], [{ a: 1 }]],
    ['values of IN', [{ a: In([3, 1, 2]) }], [{ a: In([1, 2, 3, 1]) }]],
    ['values of NOT IN', [{ a: Not(In(['x', 'y'])) }], [{ a: Not(In(['y', 'x'])) }]],
    ['parts of AND', [{ a: And(MoreThan(1), LessThan(5)) }], [{ a: And(LessThan(5), MoreThan(1)) }]],
    ['parts of OR', [{ a: Or(Equal(1), IsNull()) }], [{ a: Or(IsNull(), Equal(1)) }]],
    ['dates', [{ a: new Date(5) }], [{ a: new Date(5) }]],
    ['bytes', [{ a: Buffer.from('x') }], [{ a: new Uint8Array([120]) }]],
  ])('is one for %s in another order', (_, one, other) => {
    expect(branchesText(one)).toBe(branchesText(other));
  });

  it('is one for conditions further down in another order', () => {
    const isCondition = nestedBelow('zip');
    expect(branchesText([{ address: { zip: '1', city: 'x' } }], isCondition)).toBe(
      branchesText([{ address: { city: 'x', zip: '1' } }], isCondition),
    );
  });

  // Each of these means something else than all the others.
  const DIFFERENT: readonly (readonly object[])[] = [
    [{}],
    [{}, { a: 1 }],
    [{ a: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1, b: 1 }],
    [{ a: '1' }],
    [{ a: 1n }],
    [{ a: -1 }],
    [{ a: 0 }],
    [{ a: false }],
    [{ a: 'false' }],
    [{ a: '' }],
    [{ a: NaN }],
    [{ a: 'NaN' }],
    [{ a: 'd5' }],
    [{ a: new Date(5) }],
    [{ a: new Date(6) }],
    [{ a: 5 }],
    [{ a: 'null' }],
    [{ a: 'u' }],
    [{ a: Buffer.from('5') }],
    [{ a: Buffer.from('6') }],
    [{ a: [1] }],
    [{ a: [1, 2] }],
    [{ a: [2, 1] }],
    [{ a: ['1,2'] }],
    [{ a: [[1, 2]] }],
    [{ a: { b: 1 } }],
    [{ a: { b: 1, c: 2 } }],
    [{ a: { c: 2, b: 1 } }],
    [{ 'a":1,"b': 1 }],
    [{ a: Equal(1) }],
    [{ a: Equal('1') }],
    [{ a: Not(1) }],
    [{ a: Not(Equal(1)) }],
    [{ a: Not(In([1])) }],
    [{ a: Not(Not(1)) }],
    [{ a: Not(IsNull()) }],
    [{ a: IsNull() }],
    [{ a: In([1]) }],
    [{ a: In([1, 2]) }],
    [{ a: In([[1, 2]]) }],
    [{ a: In(['1,2']) }],
    [{ a: In(['1', '2']) }],
    [{ a: In([]) }],
    [{ a: Any([1, 2]) }],
    [{ a: Any([2, 1]) }],
    [{ a: Between(1, 2) }],
    [{ a: Between(2, 1) }],
    [{ a: Between('1', '2') }],
    [{ a: LessThan(1) }],
    [{ a: LessThanOrEqual(1) }],
    [{ a: MoreThan(1) }],
    [{ a: MoreThanOrEqual(1) }],
    [{ a: Like('1') }],
    [{ a: ILike('1') }],
    [{ a: And(MoreThan(1), LessThan(2)) }],
    [{ a: Or(MoreThan(1), LessThan(2)) }],
    [{ a: ArrayContains([1, 2]) }],
    [{ a: ArrayContainedBy([1, 2]) }],
    [{ a: ArrayOverlap([1, 2]) }],
    [{ a: JsonContains({ b: 1 }) }],
    [{ a: JsonContains({ b: '1' }) }],
    [{ a: { b: Equal(1) } }],
  ];

  it('is another one for everything else', () => {
    const texts = DIFFERENT.map((branches) => branchesText(branches));
    for (const [index, each] of texts.entries()) {
      const twin = texts.indexOf(each);
      expect([DIFFERENT[twin], each]).toEqual([DIFFERENT[index], each]);
    }
  });

  it('keeps the order of names in a value, which some columns compare as text', () => {
    expect(text({ json: { a: 1, b: 2 } })).not.toBe(text({ json: { b: 2, a: 1 } }));
  });

  it.each<readonly [string, unknown]>([
    ['raw SQL of a function', Raw((column) => `${column} < now()`)],
    ['raw SQL with parameters', Raw((column) => `${column} = :x`, { x: 1 })],
    ['raw SQL', Raw('a')],
    ['NOT of raw SQL', Not(Raw(() => 'now()'))],
    [
      'AND with raw SQL',
      And(
        Equal(1),
        Raw(() => 'now()'),
      ),
    ],
    ['IN with a value of a class', In([new Decimal('1')])],
    ['a value of a class', new Decimal('1')],
    ['a date of a class of its own', new (class extends Date {})(5)],
    ['a list with a value of a class', [new Decimal('1')]],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a map', new Map()],
  ])('is none for %s', (_, value) => {
    expect(() => text({ a: value })).toThrow(NoNormalForm);
  });
});

describe('the normal form of an order', () => {
  it('says the order of columns', () => {
    expect(orderText({ a: 'ASC', b: 'ASC' })).not.toBe(orderText({ b: 'ASC', a: 'ASC' }));
  });

  it('says the direction, however it is written', () => {
    expect(orderText({ a: 'asc' })).toBe(orderText({ a: 'ASC' }));
    expect(orderText({ a: 'ASC' })).not.toBe(orderText({ a: 'DESC' }));
    expect(orderText({ a: 1 })).not.toBe(orderText({ a: -1 }));
  });

  it('says where nulls go, and what is further down', () => {
    const texts = [
      { a: 'ASC' },
      { a: { direction: 'ASC' } },
      { a: { direction: 'ASC', nulls: 'FIRST' } },
      { a: { direction: 'ASC', nulls: 'LAST' } },
      { a: { b: 'ASC' } },
      { a: { b: 'ASC' }, c: 'ASC' },
      { a: { b: 'ASC', c: 'ASC' } },
    ].map(orderText);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
