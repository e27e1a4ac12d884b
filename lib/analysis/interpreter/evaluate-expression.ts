import type {
  AnyNode,
  ArrayExpression,
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  SpreadElement,
} from 'acorn';
import { decide, isNullComparison, loweredChain, settleTests } from './conditions.js';
import { oneOf, tupleOf } from './entities.js';
import { elementOf, isLoweredRest } from './execute-statement.js';
import { itemsOf, liveValue } from './literals.js';
import { keyOf, memberName } from './patterns.js';
import { placeOf, readProperty } from './read-property.js';
import type { Frame, Probe, Run } from './run.js';
import { Scope } from './scope.js';
import { State } from './state.js';
import { alternatives, constant, isNullish, UNDEFINED, UNKNOWN, union, type LiveValue, type Value } from './value.js';

/** Evaluates an expression in the state of now, which it may change. */
export function evaluateExpression(run: Run, node: Expression): Value {
  if (run.isExhausted) return UNKNOWN;
  switch (node.type) {
    case 'Literal':
      return node.value === null || typeof node.value !== 'object' ? constant(node.value ?? null) : UNKNOWN;
    case 'TemplateLiteral':
      for (const expression of node.expressions) run.evaluate(expression);
      return node.expressions.length === 0 ? constant(node.quasis[0].value.cooked ?? '') : UNKNOWN;
    case 'Identifier':
      return evaluateIdentifier(run, node);
    case 'ThisExpression':
      return run.frame.self;
    case 'ArrayExpression':
      return evaluateArray(run, node);
    case 'ObjectExpression':
      return evaluateObject(run, node);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return { kind: 'closure', node, scope: run.frame.scope, frame: run.frame };
    case 'MemberExpression':
      return evaluateMember(run, node);
    case 'CallExpression':
      return evaluateCall(run, node);
    case 'NewExpression':
      return evaluateNew(run, node);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      return run.evaluate(node.expression);
    case 'AwaitExpression':
      return run.evaluate(node.argument);
    case 'YieldExpression':
      return evaluateYield(run, node.argument ?? undefined, node.delegate);
    case 'AssignmentExpression':
      return evaluateAssignment(run, node.left, node.operator, node.right);
    case 'ConditionalExpression': {
      const chain = loweredChain(node);
      if (chain?.isFallback === true) return evaluateLogical(run, '??', chain.source, node.alternate);
      if (chain) {
        run.assign(chain.variable, run.evaluate(chain.source), false);
        return run.evaluate(node.alternate);
      }
      const { then, else: otherwise, tests } = decide(run, node.test);
      return branch(
        run,
        tests,
        [then, () => run.evaluate(node.consequent)],
        [otherwise, () => run.evaluate(node.alternate)],
      );
    }
    case 'LogicalExpression':
      return evaluateLogical(run, node.operator, node.left, node.right);
    case 'UnaryExpression':
      if (node.operator === '!') {
        const { then, else: otherwise, tests } = decide(run, node);
        run.state = State.join([then, otherwise]);
        deferAll(run, tests);
        return UNKNOWN;
      }
      if (
        node.operator === 'delete' &&
        node.argument.type === 'MemberExpression' &&
        node.argument.object.type !== 'Super'
      ) {
        const object = run.evaluate(node.argument.object);
        const name = memberName(run, node.argument);
        run.assignProperty(object, name, UNDEFINED);
        return UNKNOWN;
      }
      run.evaluate(node.argument);
      return node.operator === 'void' ? UNDEFINED : UNKNOWN;
    case 'BinaryExpression': {
      if (!isNullComparison(node)) {
        const left = node.left.type === 'PrivateIdentifier' ? UNKNOWN : run.evaluate(node.left);
        const right = run.evaluate(node.right);
        if (node.operator === 'in') run.asked(right, left);
        if (node.operator === 'instanceof') narrow(run, left);
        return UNKNOWN;
      }
      const { then, else: otherwise, tests } = decide(run, node);
      run.state = State.join([then, otherwise]);
      deferAll(run, tests);
      return UNKNOWN;
    }
    case 'UpdateExpression':
      run.evaluate(node.argument);
      return UNKNOWN;
    case 'SequenceExpression':
      return node.expressions.map((one) => run.evaluate(one)).at(-1) ?? UNKNOWN;
    case 'TaggedTemplateExpression':
      for (const expression of node.quasi.expressions) run.evaluate(expression);
      return UNKNOWN;
    case 'ImportExpression':
    case 'ClassExpression':
    case 'MetaProperty':
      return UNKNOWN;
  }
}

/** Somebody looks which subclass an entity is of. */
function narrow(run: Run, value: Value): void {
  for (const one of alternatives(value)) {
    const cell = run.entityOf(one);
    if (cell) run.setCell(one, { ...cell, isNarrowed: true });
  }
}

/** Questions whose answers are kept, as in `const isComplete = !!order.customer`: who has them may load what is missing. */
function deferAll(run: Run, tests: ReturnType<typeof decide>['tests']): void {
  for (const test of tests) outermost(run).probes.push(test);
}

function outermost({ frame }: Run): Frame {
  let outer = frame;
  while (outer.caller) outer = outer.caller.frame;
  return outer;
}

function evaluateIdentifier(run: Run, { name }: Identifier): Value {
  const variable = run.frame.scope.find(name);
  if (variable !== undefined) return run.state.read(variable);
  if (name === 'undefined') return UNDEFINED;
  if (name === 'arguments') return UNKNOWN;
  const found = run.reader.variable(run.frame.fn, name);
  if (!found) return UNKNOWN;
  // A variable of a module may be another number tomorrow; texts and objects rarely are.
  const value = liveValue(found.value);
  return value.kind === 'constant' && typeof value.value !== 'string' ? UNKNOWN : value;
}

function evaluateArray(run: Run, { elements }: ArrayExpression): Value {
  const items: Value[] = [];
  let isTuple = true;
  for (const element of elements) {
    if (!element) items.push(UNDEFINED);
    else if (element.type !== 'SpreadElement') items.push(run.evaluate(element));
    else {
      const source = run.evaluate(element.argument);
      const known = itemsOf(run, source);
      if (known) items.push(...known);
      else {
        isTuple = false;
        items.push(elementOf(run, source));
      }
    }
  }
  if (isTuple) return tupleOf(run, items);
  return run.state.make({ kind: 'list', items: undefined, element: union(items) });
}

function evaluateObject(run: Run, { properties }: ObjectExpression): Value {
  const fields = new Map<string, Value>();
  let isOpen = false;
  for (const property of properties) {
    if (property.type === 'SpreadElement') {
      const spread = run.evaluate(property.argument);
      isOpen = spreadInto(run, fields, spread) || isOpen;
      continue;
    }
    const name = keyOf(run, property);
    const value: Value = property.kind === 'init' ? run.evaluate(property.value) : UNKNOWN;
    if (name === undefined) isOpen = true;
    else fields.set(name, value);
  }
  return run.state.make({ kind: 'object', fields, isOpen, type: undefined });
}

/** Takes over the own properties of a value; true: it may have others as well. */
function spreadInto(run: Run, fields: Map<string, Value>, value: Value): boolean {
  if (isNullish(value)) return false;
  const cell = run.cellOf(value);
  if (cell?.kind === 'object') {
    for (const [name, field] of cell.fields) fields.set(name, field);
    return cell.isOpen;
  }
  if (cell?.kind === 'entity') {
    for (const [name, state] of cell.relations) if (state.is === 'loaded') fields.set(name, state.value);
    return true;
  }
  if (value.kind === 'live' && typeof value.value === 'object') {
    for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(value.value))) {
      fields.set(name, 'value' in field ? liveValue(field.value) : UNKNOWN);
    }
    return false;
  }
  return true;
}

function evaluateMember(run: Run, node: MemberExpression): Value {
  const name = memberName(run, node);
  if (node.object.type === 'Super') return UNKNOWN;
  const object = run.evaluate(node.object);
  if (name === undefined) {
    const isElement = run.cellOf(object)?.kind === 'list';
    return isElement ? oneOf(run, elementOf(run, object)) : UNKNOWN;
  }
  if (name.startsWith('#')) return readPrivate(run, object, name);
  return readProperty(run, object, name, node);
}

function readPrivate(run: Run, object: Value, name: string): Value {
  if (object.kind !== 'live') return UNKNOWN;
  const method = privateMethod(run, object, name);
  if (method) return method;
  const found = run.reader.privateMember(object.value, name);
  if (!found) return UNKNOWN;
  const value = liveValue(found.value);
  return value.kind === 'live' || (value.kind === 'constant' && typeof value.value === 'string') ? value : UNKNOWN;
}

/** Private methods are in the text of their class alone. */
function privateMethod(run: Run, self: LiveValue, name: string): Value | undefined {
  const home = run.frame.home ?? (Object.getPrototypeOf(self.value) as object | null) ?? undefined;
  const type = home?.constructor;
  const code = type && run.reader.codeOf(type);
  if (!type || code?.kind !== 'class') return undefined;
  for (const member of code.definition.body.body) {
    if (member.type !== 'MethodDefinition' || member.kind !== 'method') continue;
    if (member.key.type !== 'PrivateIdentifier' || `#${member.key.name}` !== name) continue;
    const frame = { code, fn: type, self, home, place: `${type.name}.${name}` };
    return { kind: 'closure', node: member.value, scope: new Scope(undefined), frame };
  }
  return undefined;
}

function evaluateCall(run: Run, node: CallExpression): Value {
  const { callee } = node;
  if (callee.type === 'Super') {
    evaluateArguments(run, node.arguments);
    return UNKNOWN;
  }
  if (callee.type === 'MemberExpression') return evaluateMethodCall(run, node, callee);
  if (isLoweredRest(node)) {
    evaluateArguments(run, node.arguments);
    return UNKNOWN;
  }
  const hidden = evaluateHidden(run, node) ?? evaluateAsyncIteration(run, node);
  if (hidden) return hidden;
  // `(0, module_1.helper)(article)`: how compilers call what they have imported.
  const target = callee.type === 'SequenceExpression' ? callee.expressions.at(-1) : callee;
  const fn = run.evaluate(target ?? callee);
  return run.call(fn, UNDEFINED, evaluateArguments(run, node.arguments), node);
}

/** How compilers reach a private field where the language has none: the fields of all objects are in a WeakMap. */
function evaluateHidden(run: Run, { callee, arguments: given }: CallExpression): Value | undefined {
  const name = callee.type === 'Identifier' ? callee.name : undefined;
  if (name === undefined || !/^_{1,2}class_?private_?(field|method)_?get$/i.test(name)) return undefined;
  const [object, fields, , method] = given;
  if (!object || object.type === 'SpreadElement' || fields?.type !== 'Identifier') return undefined;
  const self = run.evaluate(object);
  // tsc hands methods over as the fourth argument, SWC as the third.
  const fn = method ?? (/method/i.test(name) ? given[2] : undefined);
  if (fn && fn.type !== 'SpreadElement') return run.evaluate(fn);
  const map = run.reader.variable(run.frame.fn, fields.name)?.value as { get?: (key: object) => unknown } | undefined;
  if (
    self.kind !== 'live' ||
    typeof map?.get !== 'function' ||
    Object.prototype.toString.call(map) !== '[object WeakMap]'
  )
    return UNKNOWN;
  const value = map.get(self.value) as { readonly value?: unknown } | undefined;
  return liveValue(/_class_/.test(name) ? value?.value : value);
}

/** How compilers write `for await` and `async *` for engines that have neither. */
function evaluateAsyncIteration(run: Run, { callee, arguments: given }: CallExpression): Value | undefined {
  const name = callee.type === 'Identifier' ? callee.name : undefined;
  if (name === undefined || given.some(({ type }) => type === 'SpreadElement')) return undefined;
  if (
    ![
      '__asyncValues',
      '_async_iterator',
      '__await',
      '_await_async_generator',
      '_wrap_async_generator',
      '__asyncGenerator',
    ].includes(name)
  )
    return undefined;
  const args = evaluateArguments(run, given);
  if (name !== '__asyncGenerator') return args.at(0);
  return run.call(args[2] ?? UNKNOWN, run.frame.self, [], callee);
}

/** In what compilers make of an async generator, `await` is a `yield` of its own. */
function isLoweredAwait(node: Expression | undefined): boolean {
  return (
    node?.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    ['__await', '_await_async_generator'].includes(node.callee.name)
  );
}

function evaluateMethodCall(run: Run, node: CallExpression, callee: MemberExpression): Value {
  const name = memberName(run, callee);
  if (callee.object.type === 'Super') return callSuper(run, name, evaluateArguments(run, node.arguments), node);
  const object = run.evaluate(callee.object);
  if (name === undefined) {
    run.escape(object, ...evaluateArguments(run, node.arguments));
    return UNKNOWN;
  }
  if (name.startsWith('#')) {
    const member = readPrivate(run, object, name);
    return run.call(member, object, evaluateArguments(run, node.arguments), node);
  }
  return run.callMember(object, name, evaluateArguments(run, node.arguments), node);
}

function callSuper(run: Run, name: string | undefined, args: readonly Value[], node: AnyNode): Value {
  const { home, self } = run.frame;
  const parent = home && (Object.getPrototypeOf(home) as object | null);
  const place = parent && name !== undefined ? placeOf(parent, name) : undefined;
  if (typeof place?.member.value !== 'function') {
    run.escape(...args);
    return UNKNOWN;
  }
  return run.callAt(place.member.value, self, args, node, place.owner);
}

export function evaluateArguments(run: Run, nodes: readonly (Expression | SpreadElement)[]): Value[] {
  return nodes.flatMap((argument): readonly Value[] => {
    if (argument.type !== 'SpreadElement') return [run.evaluate(argument)];
    const list = run.evaluate(argument.argument);
    return itemsOf(run, list) ?? [elementOf(run, list)];
  });
}

function evaluateNew(run: Run, node: NewExpression): Value {
  const type = run.evaluate(node.callee);
  return run.construct(type, evaluateArguments(run, node.arguments), node);
}

function evaluateYield(run: Run, argument: Expression | undefined, isDelegate: boolean): Value {
  const value = argument ? run.evaluate(argument) : UNDEFINED;
  if (isLoweredAwait(argument)) return value;
  run.frame.yields.push(isDelegate ? elementOf(run, value) : value);
  run.crossYield();
  return UNKNOWN;
}

type Target = Parameters<Run['assign']>[0];

function evaluateAssignment(run: Run, left: Target, operator: string, right: Expression): Value {
  if (operator === '=') {
    const value = run.evaluate(right);
    run.assign(left, value, false);
    return value;
  }
  if (['??=', '||=', '&&='].includes(operator)) {
    // `article.author ??= await …` loads what is missing.
    const before = run.state.fork();
    const value = run.evaluate(right);
    run.assign(left, value, false);
    run.state = left.type === 'Identifier' ? State.join([before, run.state]) : run.state;
    return UNKNOWN;
  }
  if (left.type === 'MemberExpression' || left.type === 'Identifier') run.evaluate(left);
  run.evaluate(right);
  if (left.type === 'Identifier') run.assign(left, UNKNOWN, false);
  return UNKNOWN;
}

function evaluateLogical(run: Run, operator: '&&' | '||' | '??', left: Expression, right: Expression): Value {
  const { then, else: otherwise, tests, value } = decide(run, left);
  const present = union(alternatives(value).filter((one) => !isNullish(one)));
  const kept = (): Value => (isNullish(value) ? UNDEFINED : present);
  if (operator === '&&')
    return branch(run, tests, [then, () => run.evaluate(right)], [otherwise, () => UNDEFINED], true);
  return branch(run, tests, [then, kept], [otherwise, () => run.evaluate(right)], true);
}

type Way = readonly [State, () => Value];

/** Goes both ways; where the one in which a relation is missing loads it, the question was a probe. */
function branch(run: Run, tests: ReturnType<typeof decide>['tests'], then: Way, otherwise: Way, isKept = false): Value {
  const loads = (): Map<unknown, number> => new Map(tests.map((test) => [test, run.loadsOf(test.event)]));
  const before = loads();
  run.state = then[0];
  const one = then[1]();
  const afterThen = run.state;
  const between = loads();
  run.state = otherwise[0];
  const other = otherwise[1]();
  const end = loads();
  const isLoaded = (test: Probe): boolean => {
    const [from, to] = test.isPositive ? [between, end] : [before, between];
    return (to.get(test) ?? 0) > (from.get(test) ?? 0);
  };
  const missed = tests.filter((test) => !isLoaded(test));
  if (isKept) deferAll(run, missed);
  else
    settleTests(
      run,
      missed,
      () => false,
      () => false,
    );
  const values = [...(afterThen.isReachable ? [one] : []), ...(run.state.isReachable ? [other] : [])];
  run.state = State.join([afterThen, run.state]);
  return union(values.length > 0 ? values : [UNKNOWN]);
}
