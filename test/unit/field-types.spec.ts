import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Module, Post, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import * as sqlModelExt from 'nestjs-sqlmodel-ext';
import { bindInput, fieldSpecOf, fieldsOf, type InputSource } from '../../lib/field-types/index.js';

const {
  Bcp47LanguageCode,
  Bool,
  ConfigurationError,
  DateOnly,
  DateTime,
  Email,
  EnumOf,
  Float,
  Int,
  Int64,
  INT32_MAX,
  INT64_MAX,
  JS_MAX_SAFE_INTEGER,
  ListOf,
  List1,
  List2,
  List10,
  Model,
  Nested,
  NonEmptyStr64,
  NonEmptyStrippedStr64,
  NonNegativeFloat,
  Percentage,
  PositiveFloat,
  PositiveInt,
  Sha256Hex,
  Str,
  Str16,
  Str64,
  Text,
  Text10K,
  Uuid,
} = sqlModelExt;

type DataClass = new () => object;

/** A data class with one field, `value`. */
function classOf(decorator: PropertyDecorator): DataClass {
  class OneField {}
  decorator(OneField.prototype, 'value');
  Model()(OneField);
  return OneField;
}

/** The value after binding, or the names of the rules that it broke. */
async function bound(decorator: PropertyDecorator, value: unknown, source: InputSource = 'json'): Promise<unknown> {
  const result = await bindInput(classOf(decorator), { value }, source);
  if (result.violations.length > 0) return result.violations.map(({ rule }) => rule);
  return (result.value as { value?: unknown }).value;
}

const exported = (name: string) =>
  (sqlModelExt as unknown as Record<string, (...args: unknown[]) => PropertyDecorator>)[name];
const numbersIn = (text: string) => text.split(' ').map(Number);

const EMOJI = '😀'; // two UTF-16 units, one character
const HEART = '❤\uFE0F'; // two characters: the heart and its variation selector

describe('text', () => {
  const plain: [name: string, limit: number][] = [
    ...numbersIn('16 24 32 36 48 64 100 128 255 256 500 512 2048').map((limit): [string, number] => [
      `Str${limit}`,
      limit,
    ]),
    ['Text1K', 1_000],
    ['Text1024', 1_024],
    ['Text2K', 2_000],
    ['Text2500', 2_500],
    ...numbersIn('3 5 8 10 16 32 48 60').map((kilo): [string, number] => [`Text${kilo}K`, kilo * 1_000]),
    ['Text64K', 65_536],
    ['Text100K', 100_000],
    ['Text128K', 131_072],
    ['Text1M', 1_000_000],
  ];
  const nonEmpty = [64, 128, 256].map((limit): [string, number] => [`NonEmptyStr${limit}`, limit]);
  const stripped = [64, 128, 256].map((limit): [string, number] => [`NonEmptyStrippedStr${limit}`, limit]);

  it('has no alias that the table below leaves out', () => {
    const names = Object.keys(sqlModelExt).filter((name) =>
      /^(NonEmpty|NonEmptyStripped)?(Str|Text)\d+[KM]?$/.test(name),
    );
    expect(names.sort()).toEqual([...plain, ...nonEmpty, ...stripped].map(([name]) => name).sort());
  });

  describe.each([...plain, ...nonEmpty, ...stripped])('%s', (name, limit) => {
    const type = exported(name)();

    it(`takes ${limit} characters and refuses ${limit + 1}, counted as code points`, async () => {
      for (const character of ['x', 'ß', '日', EMOJI]) {
        const longest = character.repeat(limit);
        expect((await bound(type, longest)) === longest).toBe(true);
        expect(await bound(type, longest + 'x')).toEqual(['maxLength']);
        expect(await bound(type, `x${longest}`)).toEqual(['maxLength']);
      }
      const hearts = HEART.repeat(Math.floor(limit / 2)) + (limit % 2 === 1 ? 'x' : '');
      expect((await bound(type, hearts)) === hearts).toBe(true);
      expect(await bound(type, hearts + 'x')).toEqual(['maxLength']);
    });

    it('refuses NUL bytes, halves of surrogate pairs and what is not text', async () => {
      expect(await bound(type, 'a\0b')).toEqual(['noNulByte']);
      for (const half of ['a\uD83D', '\uDE00a', '\uDE00\uD83D'])
        expect(await bound(type, half)).toEqual(['isWellFormed']);
      for (const other of [1, true, ['a'], { a: 1 }, null, undefined])
        expect(await bound(type, other)).toContain('isString');
    });
  });

  it.each(plain)('%s takes the empty text and keeps white space', async (name) => {
    expect(await bound(exported(name)(), '')).toBe('');
    expect(await bound(exported(name)(), '  a ')).toBe('  a ');
  });

  it.each(nonEmpty)('%s refuses the empty text and takes blanks', async (name) => {
    expect(await bound(exported(name)(), '')).toEqual(['isNotEmpty']);
    expect(await bound(exported(name)(), '  ')).toBe('  ');
  });

  it.each(stripped)('%s strips both ends, keeps the inside, refuses blanks', async (name, limit) => {
    const type = exported(name)();
    expect(await bound(type, ' \t\n a  b \u00a0')).toBe('a  b');
    for (const blank of ['', '   ', '\t\n', '\u3000']) expect(await bound(type, blank)).toEqual(['isNotEmpty']);
    expect(await bound(type, `  ${'x'.repeat(limit)}  `)).toBe('x'.repeat(limit));
  });

  it.each([
    ['Str', Str],
    ['Text', Text],
  ])('%s(n) takes its length as an argument', async (_name, type) => {
    expect(await bound(type(3), EMOJI.repeat(3))).toBe(EMOJI.repeat(3));
    expect(await bound(type(3), 'abcd')).toEqual(['maxLength']);
    for (const length of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10_000_001, '3' as never]) {
      expect(() => type(length)).toThrow(ConfigurationError);
    }
  });

  it('Sha256Hex takes 64 lower-case hexadecimal characters only', async () => {
    const digest = '0123456789abcdef'.repeat(4);
    expect(await bound(Sha256Hex(), digest)).toBe(digest);
    for (const wrong of [
      digest.slice(1),
      `${digest}0`,
      digest.toUpperCase(),
      `${digest.slice(1)}g`,
      `${digest}\n`,
      '',
    ]) {
      expect(await bound(Sha256Hex(), wrong)).toContain('isSha256Hex');
    }
  });

  it('Bcp47LanguageCode takes language tags of at most 16 characters', async () => {
    for (const tag of ['zh', 'de', 'gsw', 'zh-Hans-CN', 'en-US', 'es-419', 'de-CH-1996', 'zh-Hant-TW-x1y2z']) {
      expect(await bound(Bcp47LanguageCode(), tag)).toBe(tag);
    }
    const wrong = [
      'a',
      'abcd',
      'zh_CN',
      'zh-',
      'zh-C',
      '12',
      '',
      'ZH',
      'zh--CN',
      'zh-Hans-CN\n',
      'zh-abcdefghi',
      'zh-Hant-TW-x1y2z3',
    ];
    for (const tag of wrong) expect([tag, await bound(Bcp47LanguageCode(), tag)]).toEqual([tag, expect.any(Array)]);
  });

  it('Email takes addresses', async () => {
    expect(await bound(Email(), 'ada@example.org')).toBe('ada@example.org');
    for (const wrong of ['ada', 'ada@', '@example.org', 'a b@example.org', 'ada@example.org\0', '']) {
      expect(await bound(Email(), wrong)).toContain('isEmail');
    }
  });

  it('Uuid takes every version and keeps lower case', async () => {
    const id = '018F6B2A-1c3d-7e4f-8A9b-0c1d2e3f4a5b';
    expect(await bound(Uuid(), id)).toBe(id.toLowerCase());
    for (const wrong of [
      '',
      id.slice(1),
      `${id}0`,
      `{${id}}`,
      `urn:uuid:${id}`,
      id.replaceAll('-', ''),
      1,
      null,
      ` ${id}`,
    ]) {
      expect(await bound(Uuid(), wrong)).toEqual(['isUuid']);
    }
  });
});

describe('numbers', () => {
  const integers: [name: string, low: number, high: number][] = [
    ['Int', -INT32_MAX - 1, INT32_MAX],
    ['Port', 1, 65_535],
    ['Percentage', 0, 100],
    ['PositiveInt', 1, INT32_MAX],
    ['NonNegativeInt', 0, INT32_MAX],
    ['PositiveBigInt', 1, JS_MAX_SAFE_INTEGER],
    ['NonNegativeBigInt', 0, JS_MAX_SAFE_INTEGER],
  ];

  it('has the constants', () => {
    expect([INT32_MAX, INT64_MAX, JS_MAX_SAFE_INTEGER]).toEqual([2 ** 31 - 1, 2n ** 63n - 1n, 2 ** 53 - 1]);
  });

  it.each(integers)('%s is an integer from %d to %d', async (name, low, high) => {
    const type = exported(name)();
    for (const value of [low, low + 1, high - 1, high]) expect(await bound(type, value)).toBe(value);
    expect(await bound(type, low - 1)).toEqual(['min']);
    expect(await bound(type, high + 1)).toEqual(high === JS_MAX_SAFE_INTEGER ? ['isInt'] : ['max']);
    for (const other of [1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', true, [1], {}, 1n, null, undefined]) {
      expect(await bound(type, other)).toContain('isInt');
    }
  });

  it('integers of a query string are read from text', async () => {
    for (const [text, value] of [
      ['0', 0],
      ['-7', -7],
      ['2147483647', INT32_MAX],
    ] as const) {
      expect(await bound(Int(), text, 'query')).toBe(value);
    }
    for (const wrong of ['', ' ', '1.0', '1e3', '0x10', '1 ', '+1', 'NaN', '--1', '١']) {
      expect([wrong, await bound(Int(), wrong, 'query')]).toEqual([wrong, ['isInt']]);
    }
    expect(await bound(Int(), '2147483648', 'query')).toEqual(['max']);
  });

  it('min and max narrow the range of a type, never widen it', async () => {
    const type = Int({ min: 3, max: 5 });
    expect([await bound(type, 3), await bound(type, 5)]).toEqual([3, 5]);
    expect([await bound(type, 2), await bound(type, 6)]).toEqual([['min'], ['max']]);
    expect(await bound(Percentage({ min: -5, max: 500 }), 101)).toEqual(['max']);
    expect(await bound(Percentage({ min: -5, max: 500 }), -1)).toEqual(['min']);
    expect(await bound(NonNegativeFloat({ min: -5 }), -1)).toEqual(['min']);
    expect(await bound(PositiveFloat({ min: -5 }), 0)).toEqual(['isAbove']);
    expect(await bound(PositiveFloat({ min: 2 }), 2)).toBe(2);
    expect(await bound(Float({ min: 0.5, max: 1.5 }), 0.4)).toEqual(['min']);
    expect(await bound(Float({ min: 0.5, max: 1.5 }), 1.6)).toEqual(['max']);
  });

  it.each([{ min: Number.NaN }, { max: Number.POSITIVE_INFINITY }, { min: '1' as never }, { min: 2, max: 1 }])(
    'refuses the bounds %j',
    (bounds) => {
      expect(() => Int(bounds)).toThrow(ConfigurationError);
      expect(() => Float(bounds)).toThrow(ConfigurationError);
    },
  );

  it('floats are finite; PositiveFloat excludes 0', async () => {
    for (const value of [0, -1.5, 1e308, 5e-324]) expect(await bound(Float(), value)).toBe(value);
    for (const other of [Number.NaN, Number.POSITIVE_INFINITY, '1.5', true, null]) {
      expect(await bound(Float(), other)).toEqual(['isNumber']);
    }
    expect(await bound(PositiveFloat(), 5e-324)).toBe(5e-324);
    expect([await bound(PositiveFloat(), 0), await bound(PositiveFloat(), -0.1)]).toEqual([['isAbove'], ['isAbove']]);
    expect([await bound(NonNegativeFloat(), 0), await bound(NonNegativeFloat(), -5e-324)]).toEqual([0, ['min']]);
    expect([await bound(Float(), '-1.5e3', 'query'), await bound(Float(), '0.25', 'query')]).toEqual([-1500, 0.25]);
    for (const wrong of ['', '.', '1.', '1,5', 'Infinity', '1e999']) {
      expect([wrong, await bound(Float(), wrong, 'query')]).toEqual([wrong, ['isNumber']]);
    }
  });

  it('Int64 is a bigint: from digits, from a safe number, exact to both ends', async () => {
    expect(await bound(Int64(), INT64_MAX.toString())).toBe(INT64_MAX);
    expect(await bound(Int64(), (-INT64_MAX - 1n).toString())).toBe(-INT64_MAX - 1n);
    expect(await bound(Int64(), 42)).toBe(42n);
    expect(await bound(Int64(), '9007199254740993', 'query')).toBe(9_007_199_254_740_993n);
    expect(await bound(Int64(), (INT64_MAX + 1n).toString())).toEqual(['max']);
    expect(await bound(Int64(), (-INT64_MAX - 2n).toString())).toEqual(['min']);
    for (const wrong of [2 ** 53, 1.5, '1.0', '', ' 1', '1n', '99999999999999999999', true, {}, null]) {
      expect([wrong, await bound(Int64(), wrong)]).toEqual([wrong, ['isBigInt']]);
    }
    expect(fieldSpecOf(Int64)?.serialize?.(INT64_MAX)).toBe('9223372036854775807');
  });

  it('Bool takes booleans; a query string says true, false, 1 or 0', async () => {
    expect([await bound(Bool(), true), await bound(Bool(), false)]).toEqual([true, false]);
    for (const other of [1, 0, 'true', 'false', '', null]) expect(await bound(Bool(), other)).toEqual(['isBoolean']);
    for (const [text, value] of [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ] as const) {
      expect(await bound(Bool(), text, 'query')).toBe(value);
    }
    for (const other of ['', 'TRUE', 'yes', '2']) expect(await bound(Bool(), other, 'query')).toEqual(['isBoolean']);
  });
});

describe('dates', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.1234+05:30', '2026-01-31T06:30:00.123Z'],
    ['2026-01-31T12:00:00-0800', '2026-01-31T20:00:00.000Z'],
    ['2026-01-31 12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['1000-01-01T00:00:00Z', '1000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('DateTime reads %s', async (text, iso) => {
    expect(await bound(DateTime(), text)).toEqual(new Date(iso));
    expect(await bound(DateTime(), text, 'query')).toEqual(new Date(iso));
  });

  it.each([
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2025-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31T12:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:00', // no offset: whose noon?
    '2026-01-31T12:00:00+99:00',
    '20260131',
    '31.01.2026',
    'now',
    '',
    '0000-01-01',
    '10000-01-01T00:00:00Z',
    1_769_860_800_000,
    true,
    null,
    {},
  ])('DateTime refuses %p', async (value) => {
    expect(await bound(DateTime(), value)).toContain('isDate');
  });

  it('DateTime refuses instants outside the years 1000 to 9999, which not every database keeps', async () => {
    expect(await bound(DateTime(), '9999-12-31T23:59:59-05:00')).toEqual(['isDateInRange']);
    expect(await bound(DateTime(), '1000-01-01T00:00:00+05:00')).toEqual(['isDateInRange']);
    expect(await bound(DateTime(), new Date(Number.NaN))).toContain('isDate');
  });

  it('DateTime refuses the year 1', async () => {
    expect(await bound(DateTime(), '0001-01-01T00:00:00Z')).toEqual(['isDateInRange']);
  });

  it('DateTime reads a plus that a query string has lost, and only there', async () => {
    const lost = '2026-01-31T12:00:00 02:00';
    expect(await bound(DateTime(), lost, 'query')).toEqual(new Date('2026-01-31T10:00:00Z'));
    expect(await bound(DateTime(), lost)).toContain('isDate');
  });

  it('DateOnly is text of a date that exists', async () => {
    for (const day of ['2026-01-31', '2024-02-29', '2000-02-29', '1000-01-01', '9999-12-31']) {
      expect(await bound(DateOnly(), day)).toBe(day);
    }
    expect(await bound(DateOnly(), '0999-12-31')).toEqual(['isDateInRange']);
    const wrong = [
      '2026-02-30',
      '2025-02-29',
      '0000-01-01',
      '0000-02-29',
      '26-01-31',
      '2026-1-31',
      '2026-01-31T00:00:00Z',
      ' 2026-01-31',
      '',
      20260131,
      new Date(),
      null,
    ];
    for (const day of wrong) expect([day, await bound(DateOnly(), day)]).toEqual([day, ['isDateOnly']]);
  });
});

describe('EnumOf', () => {
  enum Colour {
    Red = 'red',
    Green = 'green',
  }
  enum Level {
    Low,
    High = 10,
    Below = -1,
  }

  it('takes the values of a text enum, not its names', async () => {
    expect(await bound(EnumOf(Colour), 'red')).toBe(Colour.Red);
    for (const wrong of ['Red', 'RED', 'blue', '', 0, null, ['red']])
      expect(await bound(EnumOf(Colour), wrong)).toEqual(['isEnum']);
  });

  it('takes the numbers of a number enum, not its names; from text in a query string', async () => {
    for (const value of [Level.Low, Level.High, Level.Below]) {
      expect(await bound(EnumOf(Level), value)).toBe(value);
      expect(await bound(EnumOf(Level), String(value), 'query')).toBe(value);
    }
    for (const wrong of ['Low', '0', 1, 0.5, null]) expect(await bound(EnumOf(Level), wrong)).toEqual(['isEnum']);
    expect(await bound(EnumOf(Level), 'Low', 'query')).toEqual(['isEnum']);
  });

  it('takes lists and constant objects', async () => {
    expect(await bound(EnumOf(['a', 'b'] as const), 'b')).toBe('b');
    expect(await bound(EnumOf({ One: 1, Two: 2 } as const), 2)).toBe(2);
    expect(await bound(EnumOf(['a']), 'constructor')).toEqual(['isEnum']);
  });

  it('names the values in the message', async () => {
    const { violations } = await bindInput(classOf(EnumOf(Colour)), { value: 'x' }, 'json');
    expect(violations).toEqual([{ field: 'value', rule: 'isEnum', message: "value must be one of 'red', 'green'" }]);
  });

  it('refuses mixed, empty and impossible enums at definition', () => {
    for (const wrong of [['a', 1], { A: 'a', B: 1 }, [], {}, [1.5], [2 ** 31], [Number.NaN], ['a\0'], [true], [null]]) {
      expect(() => EnumOf(wrong as never)).toThrow(ConfigurationError);
    }
  });
});

describe('lists', () => {
  const limits = numbersIn('1 2 3 7 10 16 20 32 40 50 64 100 128 200 256 1024');

  it('has no alias that the table below leaves out', () => {
    const names = Object.keys(sqlModelExt).filter((name) => /^List\d+$/.test(name));
    expect(names.sort()).toEqual(limits.map((limit) => `List${limit}`).sort());
  });

  it.each(limits)('List%d takes so many items, none, and not one more', async (limit) => {
    const type = exported(`List${limit}`)(String);
    const full = Array.from({ length: limit }, (_, index) => `item ${index}`);
    expect(await bound(type, full)).toEqual(full);
    expect(await bound(type, [])).toEqual([]);
    expect(await bound(type, [...full, 'more'])).toEqual(['arrayMaxSize']);
  });

  @Model()
  class Point {
    @Int() x: number;
    @NonEmptyStrippedStr64({ nullable: true }) label: string | null;
  }

  it.each<[string, PropertyDecorator, unknown[], unknown[]]>([
    ['String', List10(String), ['', 'a'], [1, null, 'a\0', '\uD800', ['a']]],
    ['Number', List10(Number), [0, -1.5], ['1', Number.NaN, null]],
    ['Boolean', List10(Boolean), [true, false], ['true', 1, null]],
    ['a field type', List10(Str16), ['x'.repeat(16)], ['x'.repeat(17), 1]],
    ['a field with a length', List10(Str(2)), [EMOJI + EMOJI], ['xxx']],
    ['an enum', List10(EnumOf(['a', 'b'])), ['a', 'b', 'a'], ['c', 1]],
    ['a list', List10(List2(Int)), [[], [1, 2]], [[1, 2, 3], ['1'], 1]],
    [
      'a data class',
      List10(() => Point),
      [{ x: 1, label: 'a' }, { x: 2 }],
      [{ x: '1' }, {}, { x: 1, y: 2 }, null, 5, 'x', [{ x: 1 }]],
    ],
  ])('of %s check every item', async (_name, type, legal, illegal) => {
    expect(await bound(type, legal)).toEqual(legal);
    for (const item of illegal) expect([item, await bound(type, [...legal, item])]).toEqual([item, expect.any(Array)]);
  });

  it('convert and tidy every item', async () => {
    expect(await bound(List10(NonEmptyStrippedStr64), [' a ', 'b'])).toEqual(['a', 'b']);
    expect(await bound(List10(Int64), ['9007199254740993', 1])).toEqual([9_007_199_254_740_993n, 1n]);
    expect(await bound(List10(DateTime), ['2026-01-31'])).toEqual([new Date('2026-01-31')]);
    const points = (await bound(
      List10(() => Point),
      [{ x: 1, label: ' a ' }],
    )) as Point[];
    expect(points[0]).toBeInstanceOf(Point);
    expect(points[0].label).toBe('a');
  });

  it('name the item that is wrong', async () => {
    const { violations } = await bindInput(classOf(List10(Int)), { value: [1, 'x', 3, 4.5] }, 'json');
    expect(violations.map(({ message }) => message).join()).toBe(
      'value[1] must be an integer, value[3] must be an integer',
    );
    class Inner {}
    List10(Int)(Inner.prototype, 'list');
    const inner = await bindInput(classOf(Nested(() => Inner)), { value: { list: ['x', 1, 'y'] } }, 'json');
    expect(inner.violations).toEqual([
      {
        field: 'value.list',
        rule: 'items',
        message: 'value.list[0] must be an integer, value.list[2] must be an integer',
      },
    ]);
    const nested = await bindInput(classOf(List10(() => Point)), { value: [{ x: 1 }, { x: 'a' }] }, 'json');
    expect(nested.violations).toEqual([
      { field: 'value[1].x', rule: 'isInt', message: 'value[1].x must be an integer' },
    ]);
  });

  it('refuse what is no list', async () => {
    for (const wrong of ['a', 1, {}, { length: 1 }, null])
      expect(await bound(List10(String), wrong)).toContain('isArray');
  });

  it('a query string may say a list of one without a list', async () => {
    expect(await bound(List10(Int), '5', 'query')).toEqual([5]);
    expect(await bound(List10(Int), ['5', '6'], 'query')).toEqual([5, 6]);
    expect(await bound(List10(Int), ['5', 'x'], 'query')).toEqual(['items']);
  });

  it('refuse a limit or an item type that means nothing', () => {
    for (const max of [0, -1, 1.5, Number.NaN, undefined as never])
      expect(() => ListOf(String, { max })).toThrow(ConfigurationError);
    expect(() => ListOf(Point as never, { max: 1 })).toThrow('write the data class as a thunk: ListOf(() => Point');
    expect(() => ListOf(Str as never, { max: 1 })).toThrow('Str needs its argument');
    expect(() => ListOf('text' as never, { max: 1 })).toThrow(ConfigurationError);
    expect(() => List1(undefined as never)).toThrow(ConfigurationError);
  });
});

describe('nested', () => {
  @Model()
  class Leaf {
    @Str16() name: string;
  }
  @Model()
  class Tree {
    @Nested(() => Leaf) one: Leaf;
    @Nested(() => [Leaf]) many: Leaf[];
    @Nested(() => [Leaf], { nullable: true }) perhaps: Leaf[] | null;
    @Nested(() => Leaf, { nullable: true }) maybe: Leaf | null;
    @Nested(() => Tree, { nullable: true }) child: InstanceType<any>;
  }

  it('become instances, lists too, whatever the type of the property says', async () => {
    const leaf = { name: 'a' };
    const { value, violations } = await bindInput(
      Tree,
      { one: leaf, many: [leaf, leaf], perhaps: [leaf], maybe: null },
      'json',
    );
    expect(violations).toEqual([]);
    for (const made of [value.one, ...value.many, ...(value.perhaps ?? [])]) expect(made).toBeInstanceOf(Leaf);
  });

  it('refuse one for many, many for one, null for an item, and anything else', async () => {
    const leaf = { name: 'a' };
    const rulesOf = async (input: object) => {
      const { violations } = await bindInput(Tree, { one: leaf, many: [], ...input }, 'json');
      return violations.map(({ field }) => field);
    };
    expect(await rulesOf({})).toEqual([]);
    for (const one of [[leaf], [], 'x', 1, null]) expect(await rulesOf({ one })).toContain('one');
    for (const many of [leaf, {}, 'x', null]) expect(await rulesOf({ many })).toContain('many');
    expect(await rulesOf({ many: [null] })).toContain('many');
    expect(await rulesOf({ perhaps: leaf })).toContain('perhaps');
    expect(await rulesOf({ perhaps: [leaf, null] })).toContain('perhaps');
    expect(await rulesOf({ many: [leaf, { name: 'x'.repeat(17) }] })).toEqual(['many[1].name']);
    expect(await rulesOf({ one: { name: 'a', other: 1 }, many: [{ ...leaf, other: 1 }] })).toEqual([
      'one.other',
      'many[0].other',
    ]);
  });

  it('refuse input nested too deep, without a crash', async () => {
    const deep = (levels: number) => {
      let input: object = { one: { name: 'a' }, many: [] };
      for (let level = 0; level < levels; level++) input = { one: { name: 'a' }, many: [], child: input };
      return bindInput(Tree, input, 'json');
    };
    expect((await deep(90)).violations).toEqual([]);
    const message = 'child is nested deeper than 100 levels';
    expect((await deep(50_000)).violations).toContainEqual({ field: 'child', rule: 'nesting', message });
    // JSON.parse reads this; a decorated field must not fall over it either.
    for (const [open, close] of ['[]', '{}'].map((pair) => [pair === '[]' ? '[' : '{"a":', pair[1]])) {
      const value = JSON.parse(open.repeat(20_000) + '1' + close.repeat(20_000)) as unknown;
      for (const type of [Str16(), List10(String), List10(() => Leaf), Nested(() => Leaf)]) {
        expect((await bindInput(classOf(type), { value }, 'json')).violations).not.toEqual([]);
      }
    }
  });
});

describe('every field type', () => {
  const simple = Object.keys(sqlModelExt)
    .filter((name) => /^[A-Z]/.test(name) && fieldSpecOf(exported(name)) !== undefined)
    .map((name): [string, PropertyDecorator] => [name, exported(name)()]);
  const types: [string, PropertyDecorator][] = [
    ...simple,
    ...simple.map(([name, type]): [string, PropertyDecorator] => [`List10(${name})`, List10(type)]),
    ['EnumOf(text)', EnumOf(['a', 'b'])],
    ['EnumOf(numbers)', EnumOf([1, 2])],
    ['Nested', Nested(() => Object)],
    ['Nested list', Nested(() => [Object])],
  ];
  const nasty: unknown[] = [
    ...[
      null,
      Number.NaN,
      -0,
      2 ** 53,
      -(2 ** 31) - 1,
      Number.POSITIVE_INFINITY,
      10n ** 30n,
      true,
      '',
      ' ',
      '\0',
      '\uD800',
      '\uDC00x',
      'null',
      '-',
      '1e5',
    ],
    ...[
      '0x1',
      '2026-02-30',
      '9'.repeat(400),
      '-'.repeat(50),
      '[]',
      '{}',
      [],
      [[]],
      [null],
      [[[1]]],
      [undefined],
      {},
      { length: 5 },
    ],
    ...[
      { toString: 1 },
      { valueOf: () => 1 },
      Object.create(null),
      new Date(Number.NaN),
      new Date(0),
      /x/,
      () => 1,
      new Map(),
      new Uint8Array(4),
    ],
    ...[{ then: () => 1 }, { constructor: 1 }, JSON.parse('{"__proto__":{"x":1}}')],
  ];

  it.each(types)(
    '%s survives whatever it is given, and gives back nothing that it would refuse',
    async (_name, type) => {
      const model = classOf(type);
      for (const source of ['json', 'query'] as const) {
        for (const given of nasty) {
          const { value, violations } = await bindInput(model, { value: given }, source);
          for (const { message } of violations) expect(message).toMatch(/^value/);
          if (violations.length > 0) continue;
          const again = await bindInput(model, { value: (value as { value: unknown }).value }, source);
          expect(again.violations).toEqual([]);
          expect(again.value).toEqual(value);
        }
      }
    },
  );
});

describe('options', () => {
  const on = (decorator: () => PropertyDecorator) => () => classOf(decorator());

  it('check a literal default at definition', () => {
    expect(on(() => Str16({ default: 'x'.repeat(17) }))).toThrow(
      '@Str16 on OneField.value: the default is not legal: value must be at most 16',
    );
    expect(on(() => Int({ default: 1.5 }))).toThrow(ConfigurationError);
    expect(on(() => PositiveInt({ default: 0 }))).toThrow(ConfigurationError);
    expect(on(() => Int({ default: 6, max: 5 }))).toThrow(ConfigurationError);
    expect(on(() => Bool({ default: 'no' as never }))).toThrow(ConfigurationError);
    expect(on(() => DateTime({ default: new Date(Number.NaN) }))).toThrow(ConfigurationError);
    expect(on(() => DateOnly({ default: '2026-02-30' }))).toThrow(ConfigurationError);
    expect(on(() => EnumOf(['a'], { default: 'b' }))).toThrow(ConfigurationError);
    expect(on(() => List1(String, { default: ['a', 'b'] }))).toThrow(ConfigurationError);
    expect(on(() => NonEmptyStrippedStr64({ default: '   ' }))).toThrow(ConfigurationError);
    expect(on(() => Str16({ default: 1 as never }))).toThrow(ConfigurationError);
    expect(on(() => Str16({ default: null }))).toThrow('the default is null, but the field is not nullable');
    expect(on(() => Str16({ default: null, nullable: true }))).not.toThrow();
  });

  it('give the default to input that leaves the field out, a new one for each', async () => {
    const list = classOf(List10(String, { default: ['a'] }));
    const [first, second] = [await bindInput(list, {}, 'json'), await bindInput(list, {}, 'json')].map(
      ({ value }) => (value as { value: string[] }).value,
    );
    expect(first).toEqual(['a']);
    expect(first).not.toBe(second);
    let calls = 0;
    const counted = classOf(Int({ default: () => ++calls }));
    await bindInput(counted, {}, 'json');
    expect((await bindInput(counted, {}, 'json')).value).toEqual({ value: 2 });
    expect(await bound(NonEmptyStrippedStr64({ default: '  tidy ' }), undefined)).toBe('tidy');
    expect(await bound(Int({ default: 5 }), null)).toEqual(['isInt', 'min', 'max'].slice(0, 1));
  });

  it('nullable takes null and absence, and only then', async () => {
    expect(await bound(Str16({ nullable: true }), null)).toBeNull();
    expect(await bound(Str16({ nullable: true }), undefined)).toBeUndefined();
    expect(await bound(Str16({ nullable: true }), 1)).toEqual(['isString']);
    expect(await bound(Str16(), null)).toEqual(['isString']);
    expect(await bound(Str16(), undefined)).toEqual(['isString']);
  });

  it('refuse names that do not exist, and those of other types', () => {
    expect(on(() => Str64({ unqiue: true } as never))).toThrow(
      "@Str64 on OneField.value: unknown option 'unqiue'. Allowed are nullable, default, unique, index, name, description, select, transformer.",
    );
    expect(on(() => Str64({ min: 1 } as never))).toThrow("unknown option 'min'");
    expect(on(() => Nested(() => Object, { index: true } as never))).toThrow("unknown option 'index'");
    expect(on(() => ListOf(String, { max: 1, min: 1 } as never))).toThrow("unknown option 'min'");
    expect(on(() => Int({ min: 1, max: 2 }))).not.toThrow();
  });

  it('refuse a property without a name', () => {
    expect(() => Str16()(class Odd {}.prototype, Symbol('secret'))).toThrow('needs a property with a string name');
  });

  it('inherit a description that the redefinition leaves out', () => {
    class Base {
      @Str16({ description: 'Short' }) name: string;
    }
    class Longer extends Base {
      @Str64() declare name: string;
    }
    class Other extends Base {
      @Str64({ description: 'Long' }) declare name: string;
    }
    expect([Longer, Other].map((model) => fieldsOf(model).get('name')?.options.description)).toEqual(['Short', 'Long']);
  });
});

describe('class-validator and class-transformer as an application runs them', () => {
  @Model()
  class Item {
    @NonEmptyStrippedStr64() title: string;
    @Int({ min: 1, default: 1 }) amount: number;
    @DateTime({ nullable: true }) due: Date | null;
    @List2(Str16) tags: string[];
  }
  class Narrow extends Item {
    @Str(3) declare title: string;
  }

  it('plainToInstance converts, validate checks', async () => {
    const item = plainToInstance(Item, { title: '  a ', due: '2026-01-31', tags: ['x'] });
    expect(item).toBeInstanceOf(Item);
    expect(item).toMatchObject({ title: 'a', due: new Date('2026-01-31') });
    expect(await validate(item)).toEqual([]);
    expect(await validate(item, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })).toEqual(
      [],
    );
  });

  it('names what is wrong', async () => {
    const errors = await validate(plainToInstance(Item, { title: ' ', amount: 0, due: 'x', tags: ['x'.repeat(17)] }));
    expect(Object.fromEntries(errors.map(({ property, constraints }) => [property, constraints]))).toEqual({
      title: { isNotEmpty: 'title must not be empty' },
      amount: { min: 'amount must not be less than 1' },
      due: { isDate: expect.stringContaining('due must be an ISO 8601 date-time') },
      tags: { items: 'tags[0] must be at most 16 characters long' },
    });
  });

  it('a redefined field has the rules of the redefinition alone', async () => {
    expect(await validate(plainToInstance(Narrow, { title: '', tags: [] }))).toEqual([]);
    const errors = await validate(plainToInstance(Narrow, { title: 'abcd', tags: [] }));
    expect(errors.map(({ constraints }) => constraints)).toEqual([
      { maxLength: 'title must be at most 3 characters long' },
    ]);
  });

  it('implicit conversion of the application reads text as the field types do', async () => {
    class Query {
      @Bool() flag: boolean;
      @Int() amount: number;
      @DateTime() at: Date;
    }
    const convert = (input: object) => plainToInstance(Query, input, { enableImplicitConversion: true });
    expect(convert({ flag: 'false', amount: '5', at: '2026-01-31' })).toEqual(
      Object.assign(new Query(), { flag: false, amount: 5, at: new Date('2026-01-31') }),
    );
    const errors = await validate(convert({ flag: 'no', amount: '5x', at: '2026-02-30' }));
    expect(errors.map(({ property }) => property)).toEqual(['flag', 'amount', 'at']);
  });

  it("an application's own ValidationPipe binds it", async () => {
    const pipe = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
    const metadata: ArgumentMetadata = { type: 'body', metatype: Item };
    expect(await pipe.transform({ title: ' a ', tags: [] }, metadata)).toMatchObject({ title: 'a', tags: [] });
    await expect(pipe.transform({ title: 'a', tags: [], other: 1 }, metadata)).rejects.toThrow('Bad Request');
    await expect(pipe.transform({ title: '', tags: [] }, metadata)).rejects.toThrow('Bad Request');
  });
});

describe('OpenAPI', () => {
  enum Colour {
    Red = 'red',
    Green = 'green',
  }
  @Model()
  class PartDto {
    @Int({ description: 'How many' }) count: number;
  }
  class PartTwin {
    @ApiProperty({ type: 'integer', minimum: -2147483648, maximum: 2147483647, description: 'How many' }) count: number;
  }

  @Model()
  class BaseDto {
    @NonEmptyStr64({ description: 'Title' }) title: string;
    @Text10K({ nullable: true }) body: string | null;
    @Str16({ default: 'new' }) state: string;
    @Str16({ default: () => 'later' }) made: string;
  }
  @Model()
  class Dto extends BaseDto {
    @Bool({ default: false }) done: boolean;
    @PositiveInt({ max: 9 }) small: number;
    @sqlModelExt.NonNegativeBigInt() big: number;
    @Int64({ default: 5n }) exact: bigint;
    @Float({ min: 0.5 }) ratio: number;
    @PositiveFloat() above: number;
    @PositiveFloat({ min: 2 }) aboveTwo: number;
    @NonNegativeFloat({ min: -3 }) notNegative: number;
    @Uuid() id: string;
    @DateTime({ default: new Date('2026-01-31T00:00:00Z') }) at: Date;
    @DateOnly() day: string;
    @Email() email: string;
    @Sha256Hex() digest: string;
    @Bcp47LanguageCode() language: string;
    @EnumOf(Colour) colour: Colour;
    @EnumOf([1, 2]) level: number;
    @List10(Str16) tags: string[];
    @List2(EnumOf(Colour)) colours: Colour[];
    @List10(() => PartDto) parts: PartDto[];
    @Nested(() => PartDto) part: PartDto;
    @Nested(() => [PartDto]) list: PartDto[];
    @Nested(() => [PartDto], { nullable: true, description: 'Perhaps' }) perhaps: PartDto[] | null;
    @Nested(() => LaterDto) later: InstanceType<any>;
    @Str64({ description: 'Title redefined' }) declare title: string;
    @Str16() get computed(): string {
      return 'x';
    }
  }
  @Model()
  class LaterDto {
    @Str16() name: string;
  }

  class BaseTwin {
    @ApiProperty({ type: 'string', minLength: 1, maxLength: 64, description: 'Title' }) title: string;
    @ApiPropertyOptional({ type: 'string', maxLength: 10_000, nullable: true }) body: string | null;
    @ApiPropertyOptional({ type: 'string', maxLength: 16, default: 'new' }) state: string;
    @ApiPropertyOptional({ type: 'string', maxLength: 16 }) made: string;
  }
  class LaterTwin {
    @ApiProperty({ type: 'string', maxLength: 16 }) name: string;
  }
  const partItems = { type: () => [PartTwin] };
  class Twin extends BaseTwin {
    @ApiPropertyOptional({ type: 'boolean', default: false }) done: boolean;
    @ApiProperty({ type: 'integer', minimum: 1, maximum: 9 }) small: number;
    @ApiProperty({ type: 'integer', format: 'int64', minimum: 0, maximum: JS_MAX_SAFE_INTEGER }) big: number;
    @ApiPropertyOptional({ type: 'string', format: 'int64', pattern: '^-?\\d{1,19}$', default: '5' }) exact: bigint;
    @ApiProperty({ type: 'number', minimum: 0.5 }) ratio: number;
    @ApiProperty({ type: 'number', minimum: 0, exclusiveMinimum: true }) above: number;
    @ApiProperty({ type: 'number', minimum: 2 }) aboveTwo: number;
    @ApiProperty({ type: 'number', minimum: 0 }) notNegative: number;
    @ApiProperty({ type: 'string', format: 'uuid' }) id: string;
    @ApiPropertyOptional({ type: 'string', format: 'date-time', default: '2026-01-31T00:00:00.000Z' }) at: Date;
    @ApiProperty({ type: 'string', format: 'date' }) day: string;
    @ApiProperty({ type: 'string', format: 'email', maxLength: 254 }) email: string;
    @ApiProperty({ type: 'string', minLength: 64, maxLength: 64, pattern: '^[0-9a-f]{64}$' }) digest: string;
    @ApiProperty({ type: 'string', minLength: 2, maxLength: 16, pattern: '^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$' })
    language: string;
    @ApiProperty({ enum: Colour }) colour: Colour;
    @ApiProperty({ type: 'integer', enum: [1, 2] }) level: number;
    @ApiProperty({ type: 'array', maxItems: 10, items: { type: 'string', maxLength: 16 } }) tags: string[];
    @ApiProperty({ type: 'array', maxItems: 2, items: { type: 'string', enum: ['red', 'green'] } }) colours: Colour[];
    @ApiProperty({ ...partItems, maxItems: 10 }) parts: PartTwin[];
    @ApiProperty({ type: () => PartTwin }) part: PartTwin;
    @ApiProperty({ type: () => PartTwin, isArray: true }) list: PartTwin[];
    @ApiPropertyOptional({ ...partItems, nullable: true, description: 'Perhaps' }) perhaps: PartTwin[] | null;
    @ApiProperty({ type: () => LaterTwin }) later: LaterTwin;
    @ApiProperty({ type: 'string', maxLength: 16, readOnly: true }) get computed(): string {
      return 'x';
    }
  }
  // A real redefinition merges into the parent's metadata: ours replaces it, so the twin says it afresh.
  ApiProperty({ type: 'string', maxLength: 64, description: 'Title redefined', minLength: undefined })(
    Twin.prototype,
    'title',
  );

  async function schemasOf(dto: DataClass): Promise<Record<string, any>> {
    @Controller()
    @ApiExtraModels(dto)
    class Anything {
      @Post() make(@Body() body: object): object {
        return body;
      }
    }
    Reflect.defineMetadata('design:paramtypes', [dto], Anything.prototype, 'make');
    @Module({ controllers: [Anything] })
    class App {}
    const app = (await Test.createTestingModule({ imports: [App] }).compile()).createNestApplication();
    try {
      await app.init();
      const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
      return JSON.parse(
        JSON.stringify(document.components?.schemas).replaceAll(/(\w+)Twin\b|\bTwin\b/g, '$1Dto'),
      ) as never;
    } finally {
      await app.close();
    }
  }

  it('is what the real decorators of @nestjs/swagger give', async () => {
    const schemas = await schemasOf(Dto);
    const twin = await schemasOf(Twin);
    delete twin['Dto'].properties.title.minLength;
    expect(Object.keys(schemas).sort()).toEqual(['Dto', 'LaterDto', 'PartDto']);
    expect(schemas['Dto'].properties).toEqual(twin['Dto'].properties);
    expect(schemas['Dto'].required.sort()).toEqual(twin['Dto'].required.sort());
    expect(schemas).toEqual(twin);
  });
});

describe('docs/reference/field-types.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/field-types.md'), 'utf8');
  const NOT_FIELD_TYPES = /^(Model|ModelParam|ResponseModel|Transactional|InjectModelRepository|InjectUnitOfWork)$/;
  const takesLength = new Set(['Str', 'Text', 'EnumOf', 'Nested', 'ListOf']);
  const fieldTypes = Object.keys(sqlModelExt).filter(
    (name) =>
      !NOT_FIELD_TYPES.test(name) &&
      (takesLength.has(name) || /^List\d+$/.test(name) || fieldSpecOf(exported(name)) !== undefined),
  );
  const rows = page.split('\n').filter((line) => /^\| `/.test(line));
  const listed = rows.flatMap((row) =>
    [...row.split('|')[1].matchAll(/`([A-Za-z0-9]+)(?:\([^`]*)?`/g)].map(([, name]) => name),
  );

  it('lists every exported field type once, and nothing else', () => {
    const options = new Set([
      'nullable',
      'default',
      'unique',
      'index',
      'name',
      'description',
      'select',
      'transformer',
      'min',
      'max',
    ]);
    const constants = new Set(['INT32_MAX', 'INT64_MAX', 'JS_MAX_SAFE_INTEGER']);
    const types = listed.filter((name) => !options.has(name) && !constants.has(name));
    expect(types.sort()).toEqual(fieldTypes.sort());
    expect(listed.filter((name) => options.has(name)).sort()).toEqual([...options].sort());
  });

  it('says the limits that the code has', () => {
    for (const name of fieldTypes.filter((type) => /^(NonEmpty|NonEmptyStripped)?(Str|Text)\d/.test(type))) {
      const limit = fieldSpecOf(exported(name))?.schema['maxLength'] as number;
      const row = rows.find((line) => line.split('|')[1].includes(`\`${name}\``)) ?? '';
      const said = [...row.split('|')[2].matchAll(/\d[\d,]*/g)].map(([text]) => Number(text.replaceAll(',', '')));
      expect([name, said]).toEqual([name, expect.arrayContaining([limit])]);
    }
  });
});
