import { dirname } from 'node:path';
import ts from 'typescript';

/** Declarations of packages and of the language, read once for all programs of a suite: all have the same options. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** A compiler host on the file system with some files more, by absolute path. */
export function compilerHost(options: ts.CompilerOptions, virtualFiles: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists, getSourceFile } = host;
  const folders = new Set([...virtualFiles.keys()].flatMap(foldersAbove));
  return {
    ...host,
    fileExists: (path) => virtualFiles.has(path) || fileExists(path),
    readFile: (path) => virtualFiles.get(path) ?? readFile(path),
    directoryExists: (path) => folders.has(path) || (directoryExists?.(path) ?? true),
    getSourceFile: (path, languageVersion, ...rest) => {
      const text = virtualFiles.get(path);
      if (text === undefined) {
        if (!path.endsWith('.d.ts')) return getSourceFile(path, languageVersion, ...rest);
        if (!declarations.has(path)) declarations.set(path, getSourceFile(path, languageVersion, ...rest));
        return declarations.get(path);
      }
      return ts.createSourceFile(path, text, languageVersion);
    },
  };
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}
