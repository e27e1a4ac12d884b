import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { ModelParam, ResponseModel, SqlModelExtModule, TableBase } from 'nestjs-sqlmodel-ext';
import { tableBelow } from './markdown-tables.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const page = readFileSync(join(REPOSITORY_ROOT, 'docs/reference/module.md'), 'utf8');

interface Option {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** The options of an interface as its source declares them. */
function optionsOf(file: string, interfaceName: string): Option[] {
  const text = readFileSync(join(REPOSITORY_ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === interfaceName);
  if (!found) throw new Error(`${file} has no interface ${interfaceName}`);
  return found.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(),
    type: member.type?.getText() ?? '',
    comment: ts
      .getJSDocCommentsAndTags(member)
      .map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '')
      .join(' ')
      .replace(/\s+/g, ' '),
  }));
}

/** The names that the code itself allows, as it says when it meets another one. */
function allowedBy(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    const [, names] = /Allowed are ([^.;]+)/.exec((error as Error).message) ?? [];
    return names.split(', ');
  }
  throw new Error('nothing was refused');
}

class Anything extends TableBase {}
const unknown = { noSuchOption: true } as never;

describe.each([
  ['## `forRoot(options)`', 'lib/nest/options.ts', 'SqlModelExtOptions', [], () => SqlModelExtModule.forRoot(unknown)],
  [
    '## `forRootAsync(options)`',
    'lib/nest/options.ts',
    'SqlModelExtAsyncOptions',
    [{ name: 'imports', type: 'as in `@Module()`', comment: '' }],
    () => SqlModelExtModule.forRootAsync(unknown),
  ],
  [
    '## `@ModelParam(Model, param, options?)`',
    'lib/nest/model-param.decorator.ts',
    'ModelParamOptions',
    [],
    () => ModelParam(Anything, 'id', unknown),
  ],
  [
    '## `@ResponseModel(Model, options?)`',
    'lib/nest/response-model.decorator.ts',
    'ResponseModelOptions',
    [],
    () => ResponseModel(Anything, unknown),
  ],
] as const)('the page about the module, below %s', (heading, file, interfaceName, inherited, refuse) => {
  const rows = tableBelow(page, heading);
  const options = [...optionsOf(file, interfaceName), ...inherited];

  it('has every option with its type, and no other', () => {
    expect(rows.map(({ option, type }) => `${option}: ${type}`).sort()).toEqual(
      options.map(({ name, type }) => `${name}: ${type}`).sort(),
    );
  });

  it('has the options that the code allows', () => {
    expect(rows.map((row) => row['option']).sort()).toEqual(allowedBy(refuse).sort());
  });

  it('says the default that the code documents', () => {
    for (const row of rows.filter(({ default: value }) => value !== 'none')) {
      const comment = options.find(({ name }) => name === row['option'])?.comment ?? '';
      const [, documented] = /[dD]efault:? ([^.]*)\./.exec(comment) ?? [];
      expect(documented.replaceAll('`', '')).toBe(row['default']);
    }
  });

  if (interfaceName !== 'SqlModelExtAsyncOptions') {
    it('explains every option', () => {
      for (const { option } of rows) expect(page).toMatch(new RegExp(`\\*\\*\`${option}\`\\*\\* – \\S`));
    });
  }
});
