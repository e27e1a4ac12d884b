import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkDocsCode } from './docs-code/check-docs-code.js';
import { codeBlocksOf } from './docs-code/code-blocks-of.js';
import { readSourceFiles } from './read-source-files.js';
import { REPOSITORY_ROOT } from './repository-root.js';
import type { SourceFiles } from './source-files.js';

describe('the code in the documentation', () => {
  const pages = documentation();

  it('is found', () => {
    expect([...pages.keys()]).toContain('README.md');
    expect([...pages].flatMap(([page, markdown]) => codeBlocksOf(page, markdown))).not.toEqual([]);
  });

  it('compiles', () => {
    expect(checkDocsCode(pages, preamblesOf(pages))).toEqual([]);
  });

  describe('is checked:', () => {
    it('a mistake is reported with page and line', () => {
      const page = ['# Page', '', '```ts', 'export const a = 1;', "export const b: number = 'x';", '```'].join('\n');
      expect(check(page)).toEqual(["page.md:5 TS2322 Type 'string' is not assignable to type 'number'."]);
    });

    it('a mistake in the syntax too', () => {
      expect(check(['```typescript', 'export const = 1;', '```'].join('\n'))).toEqual([
        'page.md:2 TS1134 Variable declaration expected.',
      ]);
    });

    it('a name that the package does not export', () => {
      const page = ['```ts', "import { NoSuchName } from 'nestjs-sqlmodel-ext';", 'NoSuchName;', '```'].join('\n');
      expect(check(page)).toEqual([expect.stringMatching(/^page\.md:2 TS2305 .*no exported member 'NoSuchName'/)]);
    });

    it('a fragment sees the preamble, and its lines are the page’s', () => {
      const page = ['```ts', 'const double = amount * 2;', 'await later(double);', 'missing();', '```'].join('\n');
      const preamble = 'declare const amount: number;\ndeclare function later(value: number): Promise<void>;';
      expect(check(page, preamble)).toEqual(["page.md:4 TS2304 Cannot find name 'missing'."]);
    });

    it('a mistake in the preamble', () => {
      expect(check('```ts\nvalue;\n```', "const value: number = 'x';")).toEqual([
        "the preamble of page.md TS2322 Type 'string' is not assignable to type 'number'.",
      ]);
    });

    it('a block imports another block of its page by name', () => {
      const page = [
        '```ts',
        '// file: item.ts',
        'export class Item { name!: string }',
        '```',
        'and indented, in a list:',
        '',
        '  ```ts',
        "  import { Item } from './item.js';",
        '  export const name: number = new Item().name;',
        '  ```',
        '```sh',
        'not typescript',
        '```',
      ].join('\n');
      expect(check(page)).toEqual(["page.md:9 TS2322 Type 'string' is not assignable to type 'number'."]);
    });

    it('two blocks of one name', () => {
      const block = ['```ts', '// file: a.ts', 'export const a = 1;', '```'].join('\n');
      expect(check(`${block}\n${block}`)).toEqual(['page.md:6 names its file like an earlier block of the page']);
    });

    it('a block that never ends', () => {
      expect(() => check('```ts\nexport const a = 1;')).toThrow('page.md:1 opens a block that never ends');
    });
  });
});

function check(markdown: string, preamble?: string): string[] {
  const preambles = preamble === undefined ? [] : [['page.md', preamble] as const];
  return checkDocsCode(new Map([['page.md', markdown]]), new Map(preambles));
}

function documentation(): SourceFiles {
  const readme = join(REPOSITORY_ROOT, 'README.md');
  const front = existsSync(readme) ? [['README.md', readFileSync(readme, 'utf8')] as const] : [];
  return new Map([...front, ...readSourceFiles('docs', '.md')]);
}

/** `docs/how-to/pages.md` has its preamble in `test/repo/docs-preamble/docs/how-to/pages.ts`. */
function preamblesOf(pages: SourceFiles): SourceFiles {
  const preambles = [...pages.keys()]
    .map((page) => [page, join(REPOSITORY_ROOT, 'test/repo/docs-preamble', page.replace(/\.md$/, '.ts'))] as const)
    .filter(([, path]) => existsSync(path))
    .map(([page, path]) => [page, readFileSync(path, 'utf8')] as const);
  return new Map(preambles);
}
