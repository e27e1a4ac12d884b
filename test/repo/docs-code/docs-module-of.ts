import ts from 'typescript';
import type { CodeBlock } from './code-block.js';
import type { DocsModule } from './docs-module.js';

/**
 * Makes a module of a block. `// file: name.ts` in its first line names it, for `import … from './name.js'` in other
 * blocks of the page. A block without imports and exports is a fragment: it becomes the body of an async function
 * after the page's preamble.
 */
export function docsModuleOf(block: CodeBlock, folder: string, preamble: string | undefined): DocsModule {
  const fileName = /^\/\/ file: (\S+\.ts)\s*(\n|$)/.exec(block.code)?.[1] ?? `line-${block.line}.ts`;
  const path = `${folder}/${block.page}/${fileName}`;
  if (isModule(block.code)) return { path, text: block.code, addedLines: 0, block };
  const before = `${preamble ?? ''}\nexport async function fragment() {`;
  return { path, text: `${before}\n${block.code}\n}\n`, addedLines: before.split('\n').length, block };
}

function isModule(code: string): boolean {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest);
  return ts.isExternalModule(source);
}
