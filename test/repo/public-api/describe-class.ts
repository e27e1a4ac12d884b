import ts from 'typescript';
import { typeText } from './type-text.js';

/**
 * A class as its users and its subclasses see it: constructors, statics and members, inherited ones of this package
 * too. What is private, `#private` or `@internal` is left out.
 */
export function describeClass(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): string {
  const instance = checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType;
  const statics = checker.getTypeOfSymbol(symbol);
  const isAbstract = symbol.declarations?.some((node) => modifiersOf(node) & ts.ModifierFlags.Abstract) ?? false;
  const parameters = instance.typeParameters?.map((parameter) => typeParameterText(checker, parameter)).join(', ');
  return [
    `${isAbstract ? 'abstract ' : ''}class ${name}${parameters ? `<${parameters}>` : ''}${heritageText(symbol)}`,
    ...statics.getConstructSignatures().map((signature) => `  new ${signatureText(checker, signature)}`),
    ...memberLines(checker, statics, 'static ').filter((line) => !line.startsWith('  static prototype:')),
    ...memberLines(checker, instance, ''),
  ].join('\n');
}

function memberLines(checker: ts.TypeChecker, type: ts.Type, prefix: string): string[] {
  return type
    .getProperties()
    .filter(isVisible)
    .map((member) => {
      const modifiers = ts.getCombinedModifierFlags(member.valueDeclaration as ts.Declaration);
      const words = [
        modifiers & ts.ModifierFlags.Protected ? 'protected ' : '',
        modifiers & ts.ModifierFlags.Abstract ? 'abstract ' : '',
        modifiers & ts.ModifierFlags.Readonly ? 'readonly ' : '',
      ].join('');
      const optional = member.flags & ts.SymbolFlags.Optional ? '?' : '';
      // A member that is named by a unique symbol has the compiler's running number in its name.
      const name = member.name.replace(/^__@(.*)@\d+$/, '[$1]');
      return `  ${prefix}${words}${name}${optional}: ${typeText(checker, checker.getTypeOfSymbol(member))}`;
    })
    .sort();
}

function isVisible(member: ts.Symbol): boolean {
  const declaration = member.valueDeclaration;
  if (!declaration) return false;
  const isPrivate =
    Boolean(modifiersOf(declaration) & ts.ModifierFlags.Private) ||
    (ts.isClassElement(declaration) && declaration.name !== undefined && ts.isPrivateIdentifier(declaration.name));
  const isInternal = ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal');
  const isForeign = declaration.getSourceFile().fileName.includes('/node_modules/');
  return !isPrivate && !isInternal && !isForeign;
}

function modifiersOf(node: ts.Declaration): ts.ModifierFlags {
  return ts.getCombinedModifierFlags(node);
}

function heritageText(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.find(ts.isClassLike);
  return (declaration?.heritageClauses ?? []).map((clause) => ` ${clause.getText().replace(/\s+/g, ' ')}`).join('');
}

function typeParameterText(checker: ts.TypeChecker, parameter: ts.TypeParameter): string {
  const constraint = parameter.getConstraint();
  const initial = parameter.getDefault();
  return [
    parameter.symbol.name,
    constraint ? ` extends ${typeText(checker, constraint)}` : '',
    initial ? ` = ${typeText(checker, initial)}` : '',
  ].join('');
}

function signatureText(checker: ts.TypeChecker, signature: ts.Signature): string {
  return checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation);
}
