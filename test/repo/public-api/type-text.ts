import ts from 'typescript';

/** A type in full, named types by their bare name. */
export function typeText(checker: ts.TypeChecker, type: ts.Type): string {
  return checker.typeToString(
    type,
    undefined,
    ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
  );
}
