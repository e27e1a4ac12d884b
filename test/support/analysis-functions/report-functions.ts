import { parse, type AnyNode, type Expression } from 'acorn';
import type { FunctionCode, FunctionReader } from '../../../lib/analysis/functions/function-code.js';
import type * as Fixture from './fixture/marked-service.js';

/** What the reader says about the fixture, as other processes print it. */
export interface FunctionReport {
  /** `file:line` by the text of the mark. */
  readonly lines: Record<string, string>;
  readonly foreign: Record<string, boolean | undefined>;
  /** Of the variables that a method returns, in their order: what the reader says. */
  readonly variables: readonly ('right' | 'wrong' | 'unknown')[];
  /** Whether the original is the right one. */
  readonly originals: Record<string, boolean>;
  /** Of a private field; undefined: compiled away. */
  readonly secret: unknown;
  readonly classWithoutConstructor: string;
}

export function reportFunctions(reader: FunctionReader, fixture: typeof Fixture): FunctionReport {
  const { Base, MarkedService, Plain, declared, expression, ordinary } = fixture;
  const service = new MarkedService({ id: 1 }, { id: 2 });
  const { prototype } = MarkedService;
  const code = (fn: Function) => reader.codeOf(reader.originalOf(fn));
  const marked = [
    ...[Base.prototype.inherited, MarkedService, MarkedService.fromText, service.arrow, service.short],
    ...[prototype.find, prototype.generate, prototype.inherited, prototype.wrapped, prototype.logged],
    ...[declared, expression, ordinary, Plain.prototype.greet, Reflect.get(prototype, 'computedName') as Function],
    ...[Object.getOwnPropertyDescriptor(prototype, 'accessor')?.get ?? Plain],
  ].map(code);
  const proxy = new Proxy(prototype.logged, {
    get: () => {
      throw new Error('Nothing of a proxy is to be run.');
    },
  });
  const bound = ordinary.bind(service);
  const isLogged = (fn: Function): boolean => 'line:logged' in linesOf(code(fn));
  const plain = reader.codeOf(Plain);
  const definition = plain?.kind === 'class' ? plain.definition : undefined;
  return {
    lines: Object.assign({ 'line:class': lineOf(plain, definition) }, ...marked.map(linesOf)) as Record<string, string>,
    foreign: {
      fixture: code(prototype.find)?.isForeign,
      support: code(reportFunctions)?.isForeign,
      package: code(parse)?.isForeign,
      library: code(reader.constructor)?.isForeign,
      native: code(Array.prototype.map)?.isForeign,
    },
    variables: variablesOf(reader, prototype.variables, service),
    originals: {
      wrapped: reader.originalOf(prototype.wrapped) !== prototype.wrapped,
      logged: isLogged(prototype.logged),
      ordinary: reader.originalOf(ordinary) === ordinary,
      proxy: isLogged(proxy),
      bound: reader.originalOf(bound) === ordinary && reader.bindingOf(bound)?.this === service,
    },
    secret: reader.privateMember(service, '#secret')?.value,
    classWithoutConstructor: `${plain?.kind} ${plain?.node?.type}`,
  };
}

function linesOf(code: FunctionCode | undefined): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const node of code?.node ? nodesOf(code.node) : []) {
    if (node.type !== 'Literal' || typeof node.value !== 'string' || !node.value.startsWith('line:')) continue;
    lines[node.value] = lineOf(code, node);
  }
  return lines;
}

function lineOf(code: FunctionCode | undefined, node: AnyNode | undefined): string {
  const location = node && code?.locationOf(node);
  return `${location?.file}:${location?.line}`;
}

function* nodesOf(value: unknown): Generator<AnyNode> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) yield value as AnyNode;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

/** Compares what the expressions of a method's answer are by the reader with what the method answers. */
function variablesOf(reader: FunctionReader, fn: () => unknown[], self: object): FunctionReport['variables'] {
  const node = reader.codeOf(fn)?.node;
  const answer = [...nodesOf(node)].find((inside) => inside.type === 'ReturnStatement')?.argument;
  if (answer?.type !== 'ArrayExpression') throw new Error('The method returns something else.');
  const valueOf = (expression: Expression): { value: unknown } | undefined => {
    if (expression.type === 'Identifier') return reader.variable(fn, expression.name);
    if (expression.type !== 'MemberExpression' || expression.object.type === 'Super') return undefined;
    const object = valueOf(expression.object)?.value;
    const { property } = expression;
    return property.type === 'Identifier' ? { value: Reflect.get(Object(object), property.name) } : undefined;
  };
  const known = answer.elements.map((element) => (element ? valueOf(element as Expression) : undefined));
  return fn.call(self).map((value, index) => {
    const found = known[index];
    if (!found) return 'unknown';
    return found.value === value ? 'right' : 'wrong';
  });
}
