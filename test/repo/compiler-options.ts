import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY_ROOT } from './repository-root.js';

/** The options of a tsconfig file of the repository, as `tsc -p` reads them. */
export function compilerOptions(configFile: string): ts.CompilerOptions {
  const path = join(REPOSITORY_ROOT, configFile);
  const parsed = ts.getParsedCommandLineOfConfigFile(path, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
    },
  });
  if (!parsed) throw new Error(`${configFile} cannot be read`);
  return parsed.options;
}
