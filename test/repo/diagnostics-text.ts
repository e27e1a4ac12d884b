import { relative } from 'node:path';
import ts from 'typescript';
import { REPOSITORY_ROOT } from './repository-root.js';

/** One line per diagnostic: file of the repository, line, code, message. */
export function diagnosticsText(diagnostics: readonly ts.Diagnostic[]): string[] {
  return diagnostics.map(({ file, start, code, messageText }) => {
    const message = `TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    if (!file) return message;
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    return `${relative(REPOSITORY_ROOT, file.fileName)}:${line + 1} ${message}`;
  });
}
