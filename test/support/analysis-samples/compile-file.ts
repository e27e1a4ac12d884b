import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { transform } from '@swc/core';
import ts from 'typescript';

/** What compiles an application: SWC, or TypeScript with the settings of the samples. */
export type Compiler = 'swc' | 'tsc';

/** Compiles one file to a module for Node, with its source map inside. */
export async function compileFile(from: string, to: string, compiler: Compiler): Promise<void> {
  const text = await readFile(from, 'utf8');
  const code = compiler === 'swc' ? await bySwc(from, text) : byTypeScript(from, text);
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}

async function bySwc(file: string, text: string): Promise<string> {
  const { code } = await transform(text, {
    filename: file,
    sourceFileName: basename(file),
    swcrc: false,
    configFile: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
  });
  return code;
}

function byTypeScript(file: string, text: string): string {
  const { outputText } = ts.transpileModule(text, {
    fileName: basename(file),
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      emitDecoratorMetadata: true,
      experimentalDecorators: true,
      removeComments: true,
      inlineSourceMap: true,
    },
  });
  return outputText;
}
