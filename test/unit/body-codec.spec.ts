import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { decodeValue, encodeValue, UnstorableValue } from '../../lib/cache/body-codec.js';
import type { Body } from '../../lib/cache/cache-store.js';
import type { DriverClasses } from '../../lib/cache/driver-classes.js';

/** As a store behind a network gives it back. */
const sent = (body: Body) => JSON.parse(JSON.stringify(body)) as Body;

/** With classes, -0, and names like __proto__; two invalid dates are equal. */
const shown = (value: unknown) => inspect(value, { depth: Infinity, maxArrayLength: null });

class Span {
  days?: number;
  label(): string {
    return `${this.days} days`;
  }
}

const SPANS: DriverClasses = {
  nameOf: (value) => (Object.getPrototypeOf(value) === Span.prototype ? 'span' : undefined),
  blank: (name) => (name === 'span' ? (Object.create(Span.prototype) as object) : undefined),
};

const withProto = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}') as object;
const nested = (depth: number, leaf: unknown): unknown => (depth === 0 ? leaf : [nested(depth - 1, leaf)]);

const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ['a text', 'text'],
  ['an empty text', ''],
  ['a text like a number', '420'],
  ['half a character', '\ud800'],
  ['a text with every control character', String.fromCharCode(...Array(32).keys())],
  ['a number', 1.1],
  ['0', 0],
  ['-0', -0],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['the smallest number', Number.MIN_VALUE],
  ['the largest number', Number.MAX_VALUE],
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
  ['a bigint', -(2n ** 70n)],
  ['a date', new Date('2026-01-31T12:00:00.123Z')],
  ['a date before Christ', new Date(-1e14)],
  ['the last date', new Date(8.64e15)],
  ['an invalid date', new Date(NaN)],
  ['a buffer', Buffer.from([0, 1, 254, 255])],
  ['an empty buffer', Buffer.alloc(0)],
  ['a list of bytes that is no buffer', new Uint8Array([1, 2, 3])],
  ['a part of a larger buffer', Buffer.from('0123456789').subarray(3, 5)],
  ['an object', { a: 1, b: { c: [null, true, 'x'] } }],
  ['an empty object', {}],
  ['an object whose keys are like tags', { j: '{}', d: 1 }],
  ['an object with a key __proto__', withProto],
  ['the same beside a number that JSON does not have', Object.assign(JSON.parse('{"__proto__": [1]}'), { nan: NaN })],
  ['a list', [1, 'two', null]],
  ['an empty list', []],
  ['a list of dates and nulls', [new Date(5), null, new Date(NaN)]],
  ['a list of buffers', [Buffer.from('a'), null]],
  ['a list with undefined', [undefined, 1]],
  ['an object of objects that JSON cannot hold', { a: { b: [1n, -0, { c: new Date(1) }] } }],
  ['lists in lists', nested(90, 'leaf')],
];

describe('what the cache stores of a value', () => {
  it.each(VALUES)('gives %s back', (_, value) => {
    const body = encodeValue(value);
    for (const given of [body, sent(body)]) {
      const back = decodeValue(given);
      expect(shown(back)).toBe(shown(value));
      if (value instanceof Uint8Array) expect(Buffer.isBuffer(back)).toBe(Buffer.isBuffer(value));
      if (typeof value === 'object' && value !== null) {
        expect(back).not.toBe(value);
        expect(decodeValue(given)).not.toBe(back);
        expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(value));
      }
    }
  });

  it('keeps the order of names', () => {
    const value = { b: 1, a: NaN, c: 2 };
    expect(Object.keys(decodeValue(sent(encodeValue(value))) as object)).toEqual(['b', 'a', 'c']);
  });

  it('gives back objects of the driver with their methods', () => {
    const span = Object.assign(new Span(), { days: 3 });
    const back = decodeValue(sent(encodeValue([span], SPANS)), SPANS) as Span[];
    expect(back[0]).toBeInstanceOf(Span);
    expect(back[0].label()).toBe('3 days');
  });

  it.each([
    ['an object of a class', new Span()],
    ['a list with one', [1, new Span()]],
    ['an object with one', { a: new Span() }],
    ['a map', new Map()],
    ['floats', new Float32Array(2)],
    ['an object that says what it is in JSON', { toJSON: () => 'x' }],
    ['an object without a prototype', Object.create(null)],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['lists in a hundred thousand lists', JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))],
    ['the same with a number that JSON does not have', nested(2_000, NaN)],
  ])('does not store %s', (_, value) => {
    expect(() => encodeValue(value)).toThrow(UnstorableValue);
  });

  it.each<readonly [string, string]>([
    ['an unknown tag', '{"z": 1}'],
    ['no tag', '{}'],
    ['two tags', '{"d": 1, "n": "NaN"}'],
    ['a tag __proto__', '{"__proto__": {"d": 1}}'],
    ['a tag constructor', '{"constructor": "x"}'],
    ['a list without a tag', '[1, 2]'],
    ['a date that is a text', '{"d": "2026-01-31"}'],
    ['a date out of range', '{"d": 8.7e15}'],
    ['another number', '{"n": "12"}'],
    ['a number that is none', '{"n": 5}'],
    ['an integer that is none', '{"i": "1.5"}'],
    ['an integer that is empty', '{"i": ""}'],
    ['an undefined with a value', '{"u": 1}'],
    ['bytes that are no base64', '{"b": "****"}'],
    ['bytes that are cut', '{"b": "AAA"}'],
    ['bytes that are a number', '{"b": 1}'],
    ['JSON that is cut', '{"j": "{\\"a\\": 1"}'],
    ['JSON of a number', '{"j": "1"}'],
    ['JSON that is an object', '{"j": {}}'],
    ['a list that is a text', '{"a": "x"}'],
    ['an object that is one', '{"o": {"a": 1}}'],
    ['a field without a value', '{"o": [["a"]]}'],
    ['a field whose name is a number', '{"o": [[1, 1]]}'],
    ['a class that nobody knows', '{"c": ["Function", []]}'],
    ['lists in a thousand lists', '{"a":['.repeat(1_000) + ']}'.repeat(1_000)],
  ])('refuses %s', (_, json) => {
    expect(() => decodeValue(JSON.parse(json) as Body, SPANS)).toThrow();
  });

  it('changes the prototype of nothing', () => {
    const tampered = '{"o": [["__proto__", {"o": [["isAdmin", true]]}], ["x", {"n": "NaN"}]]}';
    const back = decodeValue(JSON.parse(tampered) as Body) as { isAdmin?: boolean };
    expect(back.isAdmin).toBeUndefined();
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    const span = decodeValue(JSON.parse('{"c": ["span", [["__proto__", {"j": "{\\"label\\": 1}"}]]]}') as Body, SPANS);
    expect(Object.getPrototypeOf(span)).toBe(Span.prototype);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});
