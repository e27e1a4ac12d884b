import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { compilerHost } from './compiler-host.js';
import { compilerOptions } from './compiler-options.js';
import { describeExports } from './public-api/describe-exports.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const SNAPSHOT = join(REPOSITORY_ROOT, 'test/repo/public-api.txt');
const ENTRIES = { 'nestjs-sqlmodel-ext': 'lib/index.ts', 'nestjs-sqlmodel-ext/testing': 'lib/testing/index.ts' };

describe('the public API', () => {
  it('is the one in public-api.txt (npm run api:update, where the change is meant)', () => {
    const entries = Object.entries(ENTRIES).map(([name, path]) => ({ name, path: join(REPOSITORY_ROOT, path) }));
    const program = ts.createProgram({
      rootNames: entries.map(({ path }) => path),
      options: compilerOptions('tsconfig.json'),
    });
    const text = entries.map(({ name, path }) => `=== ${name} ===\n\n${describeExports(program, path)}\n`).join('\n');
    if (process.env['UPDATE_PUBLIC_API'] === '1') writeFileSync(SNAPSHOT, text);
    expect(text).toBe(readFileSync(SNAPSHOT, 'utf8'));
  });

  describe('as text', () => {
    const original = `
      export class Store<T extends object = object> implements Iterable<T> {
        static open(name: string): Store { return new Store(name); }
        constructor(readonly name: string) {}
        protected rows: T[] = [];
        private secret = 1;
        #hidden = 2;
        /** @internal */ shared = 3;
        find(id: number): T | undefined { return this.rows[id]; }
        [Symbol.iterator]() { return this.rows[Symbol.iterator](); }
      }
      export interface Options { limit?: number }
      export type Mode = 'on' | 'off';
      export enum Level { Low, High }
      export const LIMIT = 10;
      export function open(options: Options): Store;
      export function open(mode: Mode): Store;
      export function open(): Store { return new Store(''); }
      const inner = 1;
    `;

    it('has every name with its kind and type, and nothing that users cannot see', () => {
      expect(apiOf(original)).toBe(
        [
          'const LIMIT: 10',
          '',
          'enum Level {\n    Low,\n    High\n}',
          '',
          "type Mode = 'on' | 'off';",
          '',
          'interface Options {\n    limit?: number;\n}',
          '',
          'class Store<T extends object = object> implements Iterable<T>',
          '  new <T extends object = object>(name: string): Store<T>',
          '  static open: (name: string) => Store<object>',
          '  [iterator]: () => ArrayIterator<T>',
          '  find: (id: number) => T | undefined',
          '  protected rows: T[]',
          '  readonly name: string',
          '',
          'function open(options: Options): Store<object>',
          'function open(mode: Mode): Store<object>',
        ].join('\n'),
      );
    });

    it.each([
      ['a parameter type', 'find(id: number)', 'find(id: string)'],
      ['an optional member', 'limit?: number', 'limit: number'],
      ['a member of a union', `'on' | 'off'`, `'on' | 'off' | 'auto'`],
      ['an overload', 'export function open(mode: Mode): Store;', ''],
      ['a name', 'const inner', 'export const inner'],
      ['a constraint', 'T extends object', 'T extends { id: number }'],
    ])('changes with %s', (_, before, after) => {
      const changed = original.replace(before, after);
      expect(changed).not.toBe(original);
      expect(apiOf(changed)).not.toBe(apiOf(original));
    });

    it('does not change with a private member', () => {
      expect(apiOf(original.replace('private secret = 1', "private secret = 'x'"))).toBe(apiOf(original));
    });
  });
});

function apiOf(text: string): string {
  const options = compilerOptions('tsconfig.json');
  const path = `${REPOSITORY_ROOT}/seeded-api.ts`;
  const host = compilerHost(options, new Map([[path, text]]));
  return describeExports(ts.createProgram({ rootNames: [path], options: { ...options, types: [] }, host }), path);
}
