import ts from 'typescript';
import { describeClass } from './describe-class.js';
import { typeText } from './type-text.js';

/** One exported name: its kind and its declared type. */
export function describeSymbol(checker: ts.TypeChecker, exported: ts.Symbol): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { name } = exported;
  if (symbol.flags & ts.SymbolFlags.Class) return describeClass(checker, symbol, name);
  const types = symbol.flags & ts.SymbolFlags.Type ? declarationTexts(symbol) : [];
  const values = symbol.flags & ts.SymbolFlags.Value && !(symbol.flags & ts.SymbolFlags.Enum) ? [symbol] : [];
  return [...types, ...values.flatMap((value) => valueLines(checker, value, name))].join('\n');
}

const printer = ts.createPrinter({ removeComments: true });

/** Interfaces, type aliases and enums as they are written. */
function declarationTexts(symbol: ts.Symbol): string[] {
  return (symbol.declarations ?? [])
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node))
    .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
    .map((text) => text.replace(/^export (declare )?/, ''));
}

function valueLines(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): string[] {
  const type = checker.getTypeOfSymbol(symbol);
  if (!(symbol.flags & ts.SymbolFlags.Function)) return [`const ${name}: ${typeText(checker, type)}`];
  return type
    .getCallSignatures()
    .map(
      (signature) =>
        `function ${name}${checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation)}`,
    );
}
