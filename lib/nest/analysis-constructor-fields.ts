import {
  parseExpressionAt,
  type AnyNode,
  type Class,
  type Expression,
  type FunctionExpression,
  type Pattern,
} from 'acorn';

/**
 * The fields that a constructor fills with its arguments, as its text says: `this.articles = articles`, which is what
 * compilers make of `private readonly articles: …`. Through `super(…)` those of the classes above. Whatever else a
 * constructor does is not known.
 *
 * @param args undefined: not known
 */
export function constructorFields(type: Function, args: readonly unknown[]): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  construct(type, args, fields);
  return fields;
}

function construct(type: Function, args: readonly unknown[], fields: Map<string, unknown>): void {
  const parsed = parsedClass(type);
  if (!parsed) return;
  const above: unknown = Object.getPrototypeOf(type);
  const constructAbove = (given: readonly unknown[]): void => {
    if (typeof above === 'function' && above !== Function.prototype) construct(above, given, fields);
  };
  const own = constructorOf(parsed);
  if (!own) {
    constructAbove(args);
    return;
  }
  const variables = new Map(own.params.flatMap((param, index) => namedBy(param).map((name) => [name, args[index]])));
  for (const statement of own.body.body) {
    if (statement.type === 'ExpressionStatement') follow(statement.expression);
  }

  function follow(node: AnyNode): void {
    if (node.type === 'SequenceExpression') node.expressions.forEach(follow);
    if (node.type === 'CallExpression' && node.callee.type === 'Super') {
      const isPlain = node.arguments.every(({ type: kind }) => kind !== 'SpreadElement');
      constructAbove(isPlain ? node.arguments.map((argument) => valueOf(argument as Expression)) : []);
    }
    if (node.type !== 'AssignmentExpression' || node.operator !== '=') return;
    const { left } = node;
    if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || left.computed) return;
    if (left.property.type === 'Identifier') fields.set(left.property.name, valueOf(node.right));
  }

  function valueOf(node: Expression): unknown {
    return node.type === 'Identifier' ? variables.get(node.name) : undefined;
  }
}

/** The variable of a parameter, with a default or without. */
function namedBy(param: Pattern): string[] {
  if (param.type === 'AssignmentPattern') return namedBy(param.left);
  return param.type === 'Identifier' ? [param.name] : [];
}

function constructorOf({ body }: Class): FunctionExpression | undefined {
  for (const member of body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') return member.value;
  }
  return undefined;
}

/** Undefined: the text is no class, as with a proxy. */
function parsedClass(type: Function): Class | undefined {
  const text = Function.prototype.toString.call(type);
  if (!text.startsWith('class')) return undefined;
  try {
    const node = parseExpressionAt(text, 0, { ecmaVersion: 'latest' });
    return node.type === 'ClassExpression' ? node : undefined;
  } catch {
    return undefined;
  }
}
