import {
  parseExpressionAt,
  type ArrowFunctionExpression,
  type ClassExpression,
  type Expression,
  type FunctionExpression,
  type Options,
} from 'acorn';

/** A function's text as a syntax tree. Offsets are those of its nodes. */
export interface ParsedFunction {
  /** What was parsed: the text of the function with something around it. */
  readonly source: string;
  /** Undefined: a class without a constructor of its own. */
  readonly node: FunctionExpression | ArrowFunctionExpression | undefined;
  /** For a class. */
  readonly definition: ClassExpression | undefined;
  /** Offset of what the engine takes for the function's location. */
  readonly anchor: number;
}

// A text stands alone: what its class declares, imports or extends is not there.
const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  checkPrivateFields: false,
  allowSuperOutsideMethod: true,
  // Permits `import.meta`.
  allowImportExportEverywhere: true,
};

/** Looks like an expression: `function`, `class`, `(…) =>`, `name =>`, and `async` before these. */
const EXPRESSION = /^(?:async\b\s*)?(?:function\b|class\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u;

/** Parses what `Function.prototype.toString` gives; undefined: native code, or a syntax that is not known. */
export function parseFunction(text: string): ParsedFunction | undefined {
  const asExpression = () => parsedExpression(`(${text})`);
  const asMethod = () => parsedMethod(`({${text}})`);
  if (!EXPRESSION.test(text)) return asMethod() ?? asExpression();
  // V8 leaves out the name of a method that is called `static`.
  return asExpression() ?? asMethod() ?? parsedMethod(`({static${text}})`);
}

function parsedExpression(source: string): ParsedFunction | undefined {
  const node = parsed(source);
  if (node?.type === 'ArrowFunctionExpression') return { source, node, definition: undefined, anchor: node.start };
  if (node?.type === 'FunctionExpression') {
    return { source, node, definition: undefined, anchor: parametersOf(node, source) };
  }
  return node?.type === 'ClassExpression' ? parsedClass(node, source) : undefined;
}

function parsedClass(definition: ClassExpression, source: string): ParsedFunction {
  for (const member of definition.body.body) {
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue;
    return { source, node: member.value, definition, anchor: member.value.start };
  }
  return { source, node: undefined, definition, anchor: definition.start };
}

/** Methods and accessors; the text of a static one does not say so. */
function parsedMethod(source: string): ParsedFunction | undefined {
  const object = parsed(source);
  const [property] = object?.type === 'ObjectExpression' ? object.properties : [];
  if (property?.type !== 'Property' || property.value.type !== 'FunctionExpression') return undefined;
  return { source, node: property.value, definition: undefined, anchor: property.value.start };
}

function parametersOf(node: FunctionExpression, source: string): number {
  const [first] = node.params;
  return first ? source.lastIndexOf('(', first.start) : source.indexOf('(', node.id?.end ?? node.start);
}

function parsed(source: string): Expression | undefined {
  try {
    return parseExpressionAt(source, 0, OPTIONS);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
