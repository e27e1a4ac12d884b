import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What one compilation of the application took. */
export interface Compilation {
  /** From reading the first file to the last declaration file. */
  readonly milliseconds: number;
  /** What the processors worked for it, whatever else they did meanwhile; garbage collection included. */
  readonly processorMilliseconds: number;
  readonly instantiations: number;
  readonly types: number;
}

// As `nest new` sets it.
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  declaration: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  strict: true,
  strictPropertyInitialization: false,
  types: ['node'],
};

/*
 * A process of its own compiles once, so that each starts cold, as the compiler does: `node compile.js <folder>`.
 */
const folder = process.argv[2] ?? '';
const rootNames = readdirSync(join(folder, 'src')).map((file) => join(folder, 'src', file));
const startedAt = performance.now();
const processorBefore = process.cpuUsage();
const program = ts.createProgram({ rootNames, options: { ...OPTIONS, outDir: join(folder, 'dist') } });
const mistakes = ts.getPreEmitDiagnostics(program);
// Nothing is written: the disk has nothing to do with types.
program.emit(undefined, () => undefined);
const milliseconds = performance.now() - startedAt;
const { user, system } = process.cpuUsage(processorBefore);
if (mistakes.length > 0) {
  throw new Error(
    ts.formatDiagnostics(mistakes.slice(0, 10), {
      getCurrentDirectory: () => process.cwd(),
      getCanonicalFileName: (name) => name,
      getNewLine: () => '\n',
    }),
  );
}
const compilation: Compilation = {
  milliseconds,
  processorMilliseconds: (user + system) / 1_000,
  instantiations: program.getInstantiationCount(),
  types: program.getTypeCount(),
};
process.stdout.write(JSON.stringify(compilation));
