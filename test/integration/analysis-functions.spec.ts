import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FunctionReader } from '../../lib/analysis/functions/function-code.js';
import { makeFunctionReader } from '../../lib/analysis/functions/make-function-reader.js';
import * as compiled from '../support/analysis-functions/compiled-fixture.js';
import { markedLines } from '../support/analysis-functions/marked-lines.js';
import { reportFunctions, type FunctionReport } from '../support/analysis-functions/report-functions.js';
import * as fixture from '../support/analysis-functions/fixture/marked-service.js';
import { ordinaryFunctions, wrappedFunctions } from '../support/analysis-functions/wrapped-functions.js';
import { writtenFunctions } from '../support/analysis-functions/written-functions.js';
import { runNode, type ScriptFolder } from '../support/script-folder.js';

const { compileWithSwc, compileWithTypeScript, reportByJest, reportByNode } = compiled;

interface Way extends compiled.FixtureOptions {
  name: string;
  report: (folder: ScriptFolder, options: compiled.FixtureOptions) => Promise<FunctionReport>;
}

const tsc: Way['report'] = async (folder, options) => {
  await compileWithTypeScript(folder, options);
  return reportByNode(folder);
};
const swc: Way['report'] = async (folder, options) => {
  await compileWithSwc(folder, options);
  return reportByNode(folder);
};
const tsJest: Way['report'] = (folder, options) => reportByJest(folder, 'ts-jest', options);
const swcJest: Way['report'] = (folder, options) => reportByJest(folder, '@swc/jest', options);

const WAYS: Way[] = [
  { name: 'tsc', report: tsc, format: 'module', target: 'ESNext', useDefineForClassFields: true },
  { name: 'tsc', report: tsc, format: 'module', target: 'ES2017', useDefineForClassFields: false },
  { name: 'tsc', report: tsc, format: 'commonjs', target: 'ES2022', useDefineForClassFields: true },
  { name: 'tsc', report: tsc, format: 'commonjs', target: 'ES2017', useDefineForClassFields: true },
  { name: 'SWC', report: swc, format: 'module', target: 'ES2022', useDefineForClassFields: false },
  { name: 'SWC', report: swc, format: 'commonjs', target: 'ES2017', useDefineForClassFields: true },
  { name: 'ts-jest', report: tsJest, format: 'module', target: 'ES2022', useDefineForClassFields: true },
  { name: 'ts-jest', report: tsJest, format: 'commonjs', target: 'ES2022', useDefineForClassFields: true },
  { name: '@swc/jest', report: swcJest, format: 'commonjs', target: 'ES2022', useDefineForClassFields: false },
];

const SETTLED = 8;

function expectReport(report: FunctionReport, source: string, hasPrivateFields: boolean): void {
  expect(report).toEqual({
    lines: markedLines(source),
    foreign: { fixture: false, support: false, package: true, library: true },
    variables: [...Array<string>(SETTLED).fill('right'), 'unknown', 'unknown'],
    originals: { wrapped: true, logged: true, ordinary: true, proxy: true, bound: true },
    ...(hasPrivateFields ? { secret: { deep: { limit: 3 } } } : {}),
    classWithoutConstructor: 'class undefined',
  });
}

describe('a reader of functions', () => {
  let reader: FunctionReader;

  beforeEach(() => {
    reader = makeFunctionReader();
  });

  afterEach(() => reader.close());

  it.each(Object.entries(writtenFunctions()))('parses a function that is written so: %s', (_name, fn) => {
    const code = reader.codeOf(fn);
    const [parameter] = code?.node?.params ?? [];
    const file = join(import.meta.dirname, '../support/analysis-functions/written-functions.ts');
    const location = parameter && code?.locationOf(parameter);
    expect(location).toEqual({ file, line: expect.any(Number) });
    expect(readFileSync(file, 'utf8').split('\n')[(location?.line ?? 0) - 1]).toContain('marker: number');
  });

  it('knows no code of what has no text', () => {
    const proxy = new Proxy(makeFunctionReader, {});
    for (const fn of [Array.prototype.map, makeFunctionReader.bind(null), proxy]) {
      expect(reader.codeOf(fn)).toBeUndefined();
    }
  });

  const inside = (..._args: unknown[]): string => 'inside';
  const beside = (): string => 'beside';

  it.each(Object.entries(wrappedFunctions(inside)))('looks through a wrapper with %s', (_name, fn) => {
    expect(reader.originalOf(fn)).toBe(inside);
    expect(reader.originalOf(new Proxy(fn.bind(null), {}))).toBe(inside);
  });

  it.each(Object.entries(ordinaryFunctions(inside, beside)))('takes no function for a wrapper: %s', (_name, fn) => {
    expect(reader.originalOf(fn)).toBe(fn);
  });

  it('ends where wrappers are marked in a circle', () => {
    const [one, other] = [() => 1, () => 2];
    const mark = Symbol.for('nestjs-sqlmodel-ext:original-method');
    Object.defineProperty(one, mark, { value: other });
    Object.defineProperty(other, mark, { value: one });
    expect(reader.originalOf(one)).toBe(other);
  });

  it('says what `bind` has fixed', () => {
    const self = { name: 'self' };
    expect(reader.bindingOf(inside.bind(self, 1, null))).toEqual({
      this: self,
      arguments: [1, null],
    });
    expect(reader.bindingOf(inside.bind(undefined))).toEqual({ this: undefined, arguments: [] });
    expect(reader.bindingOf(inside.bind(Number.NaN))).toEqual({ this: Number.NaN, arguments: [] });
    expect(reader.bindingOf(inside)).toBeUndefined();
    expect(reader.bindingOf({ 'bound by name'() {} }['bound by name'])).toBeUndefined();
  });

  it('knows names from the innermost scope out', () => {
    const value = 'outer';
    const recursive = function again(): unknown {
      return again;
    };
    const functions = [1].map((number) => {
      const value = { number };
      return () => [value, number, inside];
    });
    expect(reader.variable(functions[0], 'value')).toEqual({ value: { number: 1 } });
    expect(reader.variable(functions[0], 'number')).toEqual({ value: 1 });
    expect(reader.variable(functions[0], 'inside')?.value).toBe(inside);
    expect(reader.variable(() => value, 'value')).toEqual({ value: 'outer' });
    expect(reader.variable(recursive, 'again')?.value).toBe(recursive);
    expect(reader.variable(recursive, 'undefined')).toEqual({ value: undefined });
    expect(reader.variable(recursive, 'nobodyKnows')).toBeUndefined();
  });

  it('does not know what a flag or a counter will be', () => {
    let isReady = false;
    let waiting: string | null = null;
    const limit = 3;
    const fn = (): unknown => [isReady, waiting, limit, notYet];
    expect(reader.variable(fn, 'isReady')).toBeUndefined();
    expect(reader.variable(fn, 'waiting')).toBeUndefined();
    expect(reader.variable(fn, 'limit')).toEqual({ value: 3 });
    expect(reader.variable(fn, 'notYet')).toBeUndefined();
    const notYet = 1;
    isReady = true;
    waiting = 'somebody';
    expect(fn()).toEqual([true, 'somebody', 3, 1]);
  });

  it('does not know a private name that two classes have', () => {
    class One {
      #name = 'one';
      #own = { name: this.#name };
      own(): unknown {
        return this.#own;
      }
    }
    class Two extends One {
      #name = 'two';
      static #shared = 'shared';
      #method(): string {
        return this.#name + Two.#shared;
      }
      method(): string {
        return this.#method();
      }
    }
    const two = new Two();
    expect(reader.privateMember(two, '#name')).toBeUndefined();
    expect(reader.privateMember(two, '#own')?.value).toBe(two.own());
    expect(reader.privateMember(Two, '#shared')).toEqual({ value: 'shared' });
    expect(reader.privateMember(two, '#none')).toBeUndefined();
    const method = reader.privateMember(two, '#method')?.value as Function;
    expect(method.call(two)).toBe(two.method());
  });

  it('runs nothing of an object that it looks into', () => {
    const refuse = (): never => {
      throw new Error('Nothing of it is to be run.');
    };
    const traps = {
      get: refuse,
      has: refuse,
      ownKeys: refuse,
      getOwnPropertyDescriptor: refuse,
      getPrototypeOf: refuse,
    };
    const fn = Object.defineProperties(() => 1, {
      name: { get: refuse },
      toString: { get: refuse },
      other: { get: refuse },
    });
    expect(reader.originalOf(fn)).toBe(fn);
    expect(reader.codeOf(fn)?.kind).toBe('function');
    expect(reader.originalOf(new Proxy(fn, { ...traps, apply: refuse }))).toBe(fn);
    expect(reader.privateMember(new Proxy({}, traps), '#name')).toBeUndefined();
  });

  it('leaves no session and no name behind', () => {
    const names = Reflect.ownKeys(globalThis);
    reader.variable(inside, 'nobodyKnows');
    expect(Reflect.ownKeys(globalThis)).toEqual(names);
    reader.close();
    expect(reader.variable(beside, 'inside')).toBeUndefined();
  });

  it('knows functions, their lines and what is around them in this Jest', () => {
    const report = reportFunctions(reader, fixture);
    const source = join(import.meta.dirname, '../support/analysis-functions/fixture/marked-service.ts');
    expectReport(report, source, true);
  });

  it.each(WAYS)(
    'knows the same where $name compiles to $format, $target, define $useDefineForClassFields',
    async ({ report, ...options }) => {
      await using folder = await compiled.fixtureFolder(options.format);
      expectReport(
        await report(folder, options),
        join(folder.path, 'src/marked-service.ts'),
        options.target !== 'ES2017',
      );
    },
    180_000,
  );

  const NEWEST: compiled.FixtureOptions = { format: 'module', target: 'ESNext', useDefineForClassFields: true };

  it.each([
    { maps: 'in the scripts', options: { inlineSourceMap: true } },
    { maps: 'with a root for the sources', options: { sourceMap: true, sourceRoot: '../src' } },
    { maps: 'in a folder of their own', options: { sourceMap: true, mapRoot: '../maps' } },
  ])(
    'reads source maps $maps',
    async ({ options }) => {
      await using folder = await compiled.fixtureFolder('module');
      await compileWithTypeScript(folder, NEWEST, options);
      const source = join(folder.path, 'src/marked-service.ts');
      if ('mapRoot' in options) await moveMaps(folder);
      expect((await reportByNode(folder)).lines).toEqual(markedLines(source));
    },
    180_000,
  );

  it.each([
    { maps: 'are none', prepare: async () => undefined, options: {} },
    { maps: 'is a name of a map and no map', prepare: removeMaps, options: { sourceMap: true } },
    { maps: 'is a broken map', prepare: breakMaps, options: { sourceMap: true } },
  ])(
    'says the lines of what runs where there $maps',
    async ({ prepare, options }) => {
      await using folder = await compiled.fixtureFolder('module');
      await compileWithTypeScript(folder, NEWEST, options);
      await prepare(folder);
      const script = join(folder.path, 'dist/marked-service.js');
      expect((await reportByNode(folder)).lines).toEqual(markedLines(script));
    },
    180_000,
  );

  it('knows code, and neither lines nor scopes, where Node forbids the inspector', async () => {
    await using folder = await compiled.fixtureFolder('module');
    await writeFile(
      join(folder.path, 'limited.js'),
      `
import { makeFunctionReader } from './lib/analysis/functions/make-function-reader.js';
        const local = { name: 'local' };
        class Service { find() { return [local, Promise]; } }
        const { find } = Service.prototype;
        const wrapper = () => find();
        Object.defineProperty(wrapper, Symbol.for('nestjs-sqlmodel-ext:original-method'), { value: find });
        const reader = makeFunctionReader();
        const code = reader.codeOf(find);
        console.log(JSON.stringify({
          type: code.node.type,
          location: code.locationOf(code.node) ?? 'unknown',
          isForeign: code.isForeign,
          local: reader.variable(find, 'local') ?? 'unknown',
          isPromise: reader.variable(find, 'Promise').value === Promise,
          isOriginal: reader.originalOf(wrapper) === find,
          bound: reader.originalOf(find.bind({})).name,
        }));
        reader.close();
      `,
    );
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
    const { output } = await runNode(folder, '--no-warnings', flag, '--allow-fs-read=*', 'limited.js');
    expect(JSON.parse(output)).toEqual({
      type: 'FunctionExpression',
      location: 'unknown',
      isForeign: false,
      local: 'unknown',
      isPromise: true,
      isOriginal: true,
      bound: 'bound find',
    });
  });
});

async function moveMaps(folder: ScriptFolder): Promise<void> {
  await mkdir(join(folder.path, 'maps'));
  for (const map of await mapsOf(folder)) await rename(map, join(folder.path, 'maps', basename(map)));
}

async function removeMaps(folder: ScriptFolder): Promise<void> {
  for (const map of await mapsOf(folder)) await rm(map);
}

async function breakMaps(folder: ScriptFolder): Promise<void> {
  for (const map of await mapsOf(folder)) await writeFile(map, '{');
}

async function mapsOf(folder: ScriptFolder): Promise<string[]> {
  const files = await readdir(join(folder.path, 'dist'));
  const maps = files.filter((file) => file.endsWith('.map')).map((file) => join(folder.path, 'dist', file));
  expect(maps).not.toEqual([]);
  return maps;
}
