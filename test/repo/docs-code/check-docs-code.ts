import ts from 'typescript';
import { compilerHost } from '../compiler-host.js';
import { compilerOptions } from '../compiler-options.js';
import { REPOSITORY_ROOT } from '../repository-root.js';
import type { SourceFiles } from '../source-files.js';
import { codeBlocksOf } from './code-blocks-of.js';
import type { DocsModule } from './docs-module.js';
import { docsModuleOf } from './docs-module-of.js';

/** Inside the repository, so that packages and their own package.json are found; nothing is written there. */
const FOLDER = `${REPOSITORY_ROOT}/.docs-code`;

/**
 * Type-checks the code of all pages in one program, against lib/.
 * @param pages Markdown by path
 * @param preambles what the fragments of a page are preceded by, by the page's path
 * @returns one sentence per mistake, with page and line
 */
export function checkDocsCode(pages: SourceFiles, preambles: SourceFiles): string[] {
  const modules = [...pages]
    .flatMap(([page, markdown]) => codeBlocksOf(page, markdown))
    .map((block) => docsModuleOf(block, FOLDER, preambles.get(block.page)));
  const options: ts.CompilerOptions = {
    ...compilerOptions('tsconfig.json'),
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const files = new Map(modules.map(({ path, text }) => [path, text]));
  const program = ts.createProgram({
    rootNames: [...files.keys()],
    options,
    host: compilerHost(options, files),
  });
  return [...sameName(modules), ...modules.flatMap((module) => mistakesIn(program, module))];
}

function sameName(modules: readonly DocsModule[]): string[] {
  const seen = new Set<string>();
  return modules
    .filter(({ path }) => seen.size === seen.add(path).size)
    .map(({ block }) => `${block.page}:${block.line} names its file like an earlier block of the page`);
}

function mistakesIn(program: ts.Program, { path, addedLines, block }: DocsModule): string[] {
  const source = program.getSourceFile(path);
  if (!source) throw new Error(`the compiler has not read ${path}`);
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  const mistakes = diagnostics.map((diagnostic) => {
    const line = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line - addedLines;
    const place = line < 0 ? `the preamble of ${block.page}` : `${block.page}:${block.line + line}`;
    return `${place} TS${diagnostic.code} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
  });
  return [...new Set(mistakes)];
}
