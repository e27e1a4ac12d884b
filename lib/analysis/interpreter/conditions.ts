import type {
  AnyNode,
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  MemberExpression,
} from 'acorn';
import { isLoaded } from '../../relations/index.js';
import { memberName } from './patterns.js';
import { readProperty } from './read-property.js';
import type { Probe, Run } from './run.js';
import { State } from './state.js';
import { alternatives, constant, isNullish, UNKNOWN, union, type Value } from './value.js';

/** How things are when a condition holds, and when it does not. */
export interface Branches {
  readonly then: State;
  readonly else: State;
  readonly tests: readonly Probe[];
  readonly value: Value;
}

/** Evaluates a condition: reading a relation in it asks whether the relation is there. Leaves the state of the run open. */
export function decide(run: Run, node: Expression): Branches {
  const { tests } = run;
  run.tests = [];
  try {
    const { value, ...branches } = decideOne(run, node);
    return { ...branches, value, tests: run.tests };
  } finally {
    run.tests = tests;
  }
}

type Decided = Omit<Branches, 'tests'>;

function decideOne(run: Run, node: Expression): Decided {
  switch (node.type) {
    case 'UnaryExpression':
      if (node.operator === '!') {
        const { then, else: otherwise } = negated(run, node.argument);
        return { then: otherwise, else: then, value: UNKNOWN };
      }
      break;
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return decideOne(run, node.expression);
    case 'AwaitExpression':
      return decideOne(run, node.argument);
    case 'LogicalExpression':
      if (node.operator !== '??') return decideLogical(run, node.operator, node.left, node.right);
      break;
    case 'ConditionalExpression': {
      const chain = loweredChain(node);
      if (!chain || chain.isFallback) break;
      const source =
        chain.source.type === 'MemberExpression' ? readForTruth(run, chain.source) : run.evaluate(chain.source);
      run.assign(chain.variable, source, false);
      return decideOne(run, node.alternate);
    }
    case 'CallExpression': {
      const loaded = decideLoaded(run, node);
      if (loaded) return loaded;
      const asked = isArrayOf(node);
      if (!asked) break;
      const value = readForTruth(run, asked);
      return { then: run.state.fork(), else: run.state.fork(), value };
    }
    case 'BinaryExpression': {
      if (node.operator === 'instanceof' && node.left.type === 'MemberExpression') {
        readForTruth(run, node.left);
        run.evaluate(node.right);
        return { then: run.state.fork(), else: run.state.fork(), value: UNKNOWN };
      }
      const compared = nullComparison(node);
      if (compared) {
        const decided = compared.isEqual ? negated(run, compared.operand) : decideOne(run, compared.operand);
        return compared.isEqual ? { then: decided.else, else: decided.then, value: UNKNOWN } : decided;
      }
      break;
    }
    case 'MemberExpression': {
      const value = readForTruth(run, node);
      return { then: run.state.fork(), else: run.state.fork(), value };
    }
    case 'AssignmentExpression':
      // How optional chains look when they are compiled to older JavaScript: `(_a = article.author) === null || …`
      if (node.operator === '=' && node.left.type === 'Identifier' && node.right.type === 'MemberExpression') {
        const value = readForTruth(run, node.right);
        run.assign(node.left, value, false);
        return { then: run.state.fork(), else: run.state.fork(), value };
      }
      break;
    case 'Identifier':
      return decideIdentifier(run, node.name, run.evaluate(node));
    default:
  }
  const value = run.evaluate(node);
  if (value.kind === 'constant' && node.type === 'Literal') return oneWay(run, value);
  return { then: run.state.fork(), else: run.state.fork(), value };
}

function oneWay(run: Run, value: Value & { readonly kind: 'constant' }): Decided {
  const [then, otherwise] = [run.state.fork(), run.state.fork()];
  if (value.value) otherwise.isReachable = false;
  else then.isReachable = false;
  return { then, else: otherwise, value };
}

/** Tests inside are of the other branch. */
function negated(run: Run, node: Expression): Decided {
  const before = run.tests.length;
  const decided = decideOne(run, node);
  run.tests = run.tests.map((test, index) => (index < before ? test : { ...test, isPositive: !test.isPositive }));
  return decided;
}

function decideLogical(run: Run, operator: '&&' | '||', left: Expression, right: Expression): Decided {
  const first = decideOne(run, left);
  run.state = operator === '&&' ? first.then : first.else;
  const second = decideOne(run, right);
  const value = union([first.value, second.value]);
  return operator === '&&'
    ? { then: second.then, else: State.join([first.else, second.else]), value }
    : { then: State.join([first.then, second.then]), else: second.else, value };
}

function readForTruth(run: Run, node: MemberExpression): Value {
  if (node.object.type === 'Super') return run.evaluate(node);
  // `if (article.author?.id)` asks for the author first.
  const isAsked = node.optional && node.object.type === 'MemberExpression';
  const object = isAsked ? readForTruth(run, node.object as MemberExpression) : run.evaluate(node.object);
  const name = memberName(run, node);
  return name === undefined || name.startsWith('#')
    ? run.evaluate(node)
    : readProperty(run, object, name, node, 'truth');
}

/** A variable that is there, or is not. */
function decideIdentifier(run: Run, name: string, value: Value): Decided {
  if (value.kind === 'constant') return oneWay(run, value);
  const [then, otherwise] = [run.state.fork(), run.state.fork()];
  const variable = run.frame.scope.find(name);
  if (variable !== undefined && value.kind === 'union') {
    const present = alternatives(value).filter((one) => !isNullish(one));
    const absent = alternatives(value).filter((one) => one.kind === 'constant' || one.kind === 'unknown');
    if (present.length > 0) then.write(variable, union(present));
    if (absent.length > 0) otherwise.write(variable, union(absent));
  }
  return { then, else: otherwise, value };
}

function nullComparison({
  operator,
  left,
  right,
}: BinaryExpression): { operand: Expression; isEqual: boolean } | undefined {
  if (!['===', '!==', '==', '!='].includes(operator) || left.type === 'PrivateIdentifier') return undefined;
  const isEqual = operator.startsWith('=');
  const asked = typeofComparison(left, right) ?? typeofComparison(right, left);
  if (asked) return { operand: asked.operand, isEqual: isEqual === asked.isMissing };
  if (isNothing(right)) return { operand: left, isEqual };
  if (isNothing(left)) return { operand: right, isEqual };
  return undefined;
}

/** `typeof article.author === 'undefined'` */
function typeofComparison(asked: Expression, answer: AnyNode): { operand: Expression; isMissing: boolean } | undefined {
  if (asked.type !== 'UnaryExpression' || asked.operator !== 'typeof') return undefined;
  if (answer.type !== 'Literal' || asked.argument.type !== 'MemberExpression') return undefined;
  return { operand: asked.argument, isMissing: answer.value === 'undefined' };
}

/** `isLoaded(article, 'author')`: what is loaded is known in both branches. */
function decideLoaded(run: Run, node: CallExpression): Decided | undefined {
  const [first, second] = node.arguments;
  if (node.arguments.length !== 2 || first.type === 'SpreadElement' || second.type !== 'Literal') return undefined;
  if (
    node.callee.type !== 'Identifier' &&
    node.callee.type !== 'SequenceExpression' &&
    node.callee.type !== 'MemberExpression'
  )
    return undefined;
  const callee = node.callee.type === 'SequenceExpression' ? node.callee.expressions.at(-1) : node.callee;
  if (!callee || (callee.type === 'MemberExpression' && callee.object.type !== 'Identifier')) return undefined;
  const fn = run.evaluate(callee);
  if (fn.kind !== 'live' || fn.value !== isLoaded) return undefined;
  const entity = run.evaluate(first);
  const otherwise = run.state.fork();
  run.asked(entity, constant(String(second.value).split('.', 1)[0]));
  return { then: run.state.fork(), else: otherwise, value: UNKNOWN };
}

/** What compilers make of `a?.b` and `a ?? b` for engines that have neither. */
export interface LoweredChain {
  readonly variable: Identifier;
  readonly source: Expression;
  /** Whether it is a `??`. */
  readonly isFallback: boolean;
}

/** `(_a = article.author) === null || _a === void 0 ? void 0 : _a.name`, and the same with `!==` and `&&` for `??`. */
export function loweredChain({ test, consequent }: ConditionalExpression): LoweredChain | undefined {
  if (
    test.type !== 'LogicalExpression' ||
    test.left.type !== 'BinaryExpression' ||
    test.right.type !== 'BinaryExpression'
  )
    return undefined;
  const first = test.left.left.type === 'ParenthesizedExpression' ? test.left.left.expression : test.left.left;
  if (first.type !== 'AssignmentExpression' || first.left.type !== 'Identifier') return undefined;
  const { name } = first.left;
  const isSame = test.right.left.type === 'Identifier' && test.right.left.name === name;
  if (!isSame || !isNothing(test.left.right) || !isNothing(test.right.right)) return undefined;
  if (test.operator === '||' && isNothing(consequent))
    return { variable: first.left, source: first.right, isFallback: false };
  const isFallback = test.operator === '&&' && consequent.type === 'Identifier' && consequent.name === name;
  return isFallback ? { variable: first.left, source: first.right, isFallback } : undefined;
}

/** `Array.isArray(article.comments)` */
function isArrayOf({ callee, arguments: [argument, ...more] }: CallExpression): MemberExpression | undefined {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.property.name !== 'isArray')
    return undefined;
  return argument?.type === 'MemberExpression' && more.length === 0 ? argument : undefined;
}

/** Whether an expression asks if something is there. */
export function isNullComparison(node: BinaryExpression): boolean {
  return nullComparison(node) !== undefined;
}

function isNothing(node: AnyNode): boolean {
  if (node.type === 'Identifier') return node.name === 'undefined';
  if (node.type === 'UnaryExpression') return node.operator === 'void';
  return node.type === 'Literal' && node.value === null;
}

/** What becomes of tests of relations that were not loaded, when both branches are known. */
export function settleTests(
  run: Run,
  tests: readonly Probe[],
  loadedInBranch: (test: Probe) => boolean,
  goesOn: (test: Probe) => boolean,
): void {
  for (const test of tests) {
    if (loadedInBranch(test)) continue;
    if (goesOn(test)) run.frame.probes.push(test);
    else run.report(test.event, test.node);
  }
}
