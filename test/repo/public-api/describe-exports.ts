import type ts from 'typescript';
import { describeSymbol } from './describe-symbol.js';

/** What a module exports: a block per name, sorted, with everything that users can see of it. */
export function describeExports(program: ts.Program, entry: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} is not a module`);
  return checker
    .getExportsOfModule(module)
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((symbol) => describeSymbol(checker, symbol))
    .join('\n\n');
}
