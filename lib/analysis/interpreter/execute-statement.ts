import type {
  BlockStatement,
  Expression,
  ForInStatement,
  ForOfStatement,
  IfStatement,
  Statement,
  SwitchStatement,
  TryStatement,
  VariableDeclaration,
} from 'acorn';
import { decide, settleTests } from './conditions.js';
import { takeApart } from './patterns.js';
import type { JumpTarget, Probe, Run } from './run.js';
import { tupleOf } from './entities.js';
import { Scope } from './scope.js';
import { State } from './state.js';
import { alternatives, UNDEFINED, UNKNOWN, union, type Value } from './value.js';

/** Executes a statement in the state of now, which it changes. */
export function executeStatement(run: Run, node: Statement): void {
  if (!run.state.isReachable || run.isExhausted) return;
  switch (node.type) {
    case 'ExpressionStatement':
      run.evaluate(node.expression);
      return;
    case 'VariableDeclaration':
      declare(run, node);
      return;
    case 'ReturnStatement': {
      const value = node.argument ? run.evaluate(node.argument) : UNDEFINED;
      run.onReturn(value, node.argument ?? node);
      run.frame.returns.push({ value, state: run.state });
      run.state = run.state.abandoned();
      return;
    }
    case 'ThrowStatement':
      run.evaluate(node.argument);
      mayFailHere(run);
      run.state.isReachable = false;
      return;
    case 'BlockStatement':
      executeBlock(run, node);
      return;
    case 'IfStatement':
      executeIf(run, node);
      return;
    case 'ForStatement':
      inScope(run, () => {
        if (node.init?.type === 'VariableDeclaration') declare(run, node.init);
        else if (node.init) run.evaluate(node.init);
        loop(
          run,
          undefined,
          () => {
            run.execute(node.body);
            if (node.update) run.evaluate(node.update);
          },
          node.test,
        );
      });
      return;
    case 'WhileStatement':
      loop(run, undefined, () => run.execute(node.body), node.test);
      return;
    case 'DoWhileStatement':
      loop(run, undefined, (exits) => {
        run.execute(node.body);
        if (run.state.isReachable) exits.push(enterIf(run, node.test));
      });
      return;
    case 'ForOfStatement':
    case 'ForInStatement':
      executeForEach(run, node);
      return;
    case 'TryStatement':
      executeTry(run, node);
      return;
    case 'SwitchStatement':
      executeSwitch(run, node);
      return;
    case 'LabeledStatement':
      withTarget(run, { label: node.label.name, isLoop: false }, () => {
        run.execute(node.body);
      });
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      jump(run, node.type === 'BreakStatement', node.label?.name);
      return;
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'EmptyStatement':
    case 'DebuggerStatement':
    case 'WithStatement':
      return;
  }
}

/** The condition of a loop: goes on in it, and gives how things are when it ends. */
function enterIf(run: Run, test: Expression): State {
  const { then, else: otherwise, tests } = decide(run, test);
  for (const { event, node } of tests) run.report(event, node);
  run.state = then;
  return otherwise;
}

/** Functions that a block declares are there from its beginning. */
export function hoist(run: Run, statements: readonly Statement[]): void {
  for (const node of statements) {
    if (node.type !== 'FunctionDeclaration') continue;
    const variable = run.frame.scope.declare(node.id.name);
    run.state.write(variable, { kind: 'closure', node, scope: run.frame.scope, frame: run.frame });
  }
}

function executeBlock(run: Run, { body }: BlockStatement): void {
  inScope(run, () => {
    hoist(run, body);
    for (const statement of body) {
      run.execute(statement);
      mayFailHere(run);
    }
  });
}

/** Notes how things are for the `catch` around: the next statement may fail before it does something. */
function mayFailHere({ frame, state }: Run): void {
  if (state.isReachable) frame.targets.findLast(({ throws }) => throws)?.throws?.push(state.fork());
}

function inScope(run: Run, work: () => void): void {
  const { frame } = run;
  run.frame = { ...frame, scope: new Scope(frame.scope) };
  try {
    work();
  } finally {
    run.frame = frame;
  }
}

function declare(run: Run, { declarations, kind }: VariableDeclaration): void {
  const isBesideRest = declarations.some(({ init }) => isLoweredRest(init));
  for (const { id, init } of declarations) {
    if (!init && kind === 'var' && id.type === 'Identifier' && run.frame.scope.find(id.name) !== undefined) continue;
    const value = init ? run.evaluate(init) : UNDEFINED;
    if (isBesideRest && id.type === 'ObjectPattern') takeApart(run, id, value, true, true);
    else run.assign(id, value, true);
  }
}

/** How compilers write `...rest` of an object for engines that have none: `{ author } = _a, rest = __rest(_a, ['author'])`. */
export function isLoweredRest(init: Expression | null | undefined): boolean {
  if (init?.type !== 'CallExpression' || init.callee.type !== 'Identifier') return false;
  return ['__rest', '_object_without_properties', '_object_without_properties_loose'].includes(init.callee.name);
}

function executeIf(run: Run, node: IfStatement): void {
  const { then, else: otherwise, tests } = decide(run, node.test);
  const loads = (): Map<Probe, number> => new Map(tests.map((test) => [test, run.loadsOf(test.event)]));
  const before = loads();
  run.state = then;
  run.execute(node.consequent);
  const afterThen = run.state;
  const between = loads();
  run.state = otherwise;
  if (node.alternate) run.execute(node.alternate);
  const afterElse = run.state;
  const end = loads();
  settleTests(
    run,
    tests,
    (test) => {
      const [from, to] = test.isPositive ? [between, end] : [before, between];
      return (to.get(test) ?? 0) > (from.get(test) ?? 0);
    },
    // `if (article.author) return …`: what follows is the other branch.
    (test) => test.isPositive && !node.alternate && !afterThen.isReachable,
  );
  run.state = State.join([afterThen, afterElse]);
}

/**
 * Executes the body of a loop as often as it takes to see what a second round meets. Gives how things are after each
 * round, where nothing leads out of it early.
 *
 * @param test what is asked before each round
 */
function loop(
  run: Run,
  label: string | undefined,
  body: (exits: State[]) => void,
  test?: Expression | null,
): State | undefined {
  const before = run.state;
  let exits: State[] = [];
  const once = (): void => {
    exits = test ? [enterIf(run, test)] : [];
    body(exits);
  };
  const round = (state: State): State => {
    run.state = state.fork();
    const target = withTarget(run, { label, isLoop: true }, once);
    return State.join([run.state, ...target.continues]);
  };
  const first = run.quietly(() => round(before));
  const head = State.join([before, first]);
  run.state = head.fork();
  const target = withTarget(run, { label, isLoop: true }, once);
  const ends = State.join([run.state, ...target.continues]);
  if (test && ends.isReachable) {
    run.state = ends.fork();
    exits.push(run.quietly(() => enterIf(run, test)));
  }
  run.state = State.join(exits.length > 0 ? [...exits, ...target.breaks] : [head, ends, ...target.breaks]);
  return target.breaks.length === 0 && ends.isReachable ? ends : undefined;
}

function executeForEach(run: Run, node: ForOfStatement | ForInStatement): void {
  const source = run.evaluate(node.right);
  const element = node.type === 'ForOfStatement' ? elementOf(run, source) : UNKNOWN;
  inScope(run, () => {
    const after = loop(run, undefined, () => {
      if (node.left.type === 'VariableDeclaration') run.assign(node.left.declarations[0].id, element, true);
      else run.assign(node.left, element, false);
      run.execute(node.body);
    });
    // Every element has been through the body: what it is now holds for all of them.
    const cell = after && element.kind === 'cell' ? after.cell(element.id) : undefined;
    if (cell) run.setCell(element, cell);
  });
}

/** What going through a value gives. */
export function elementOf(run: Run, value: Value): Value {
  return union(
    alternatives(value).map((one) => {
      const cell = run.cellOf(one);
      if (cell?.kind !== 'list') return UNKNOWN;
      return cell.of === 'map' ? tupleOf(run, [UNKNOWN, cell.element]) : cell.element;
    }),
  );
}

/** Executes what `break` leads out of. The states of its jumps are in the target that it gives. */
function withTarget(run: Run, kind: Pick<JumpTarget, 'label' | 'isLoop'>, work: () => void): JumpTarget {
  const target: JumpTarget = { ...kind, breaks: [], continues: [] };
  run.frame.targets.push(target);
  try {
    work();
  } finally {
    run.frame.targets.pop();
  }
  if (!kind.isLoop) run.state = State.join([run.state, ...target.breaks]);
  return target;
}

function jump(run: Run, isBreak: boolean, label: string | undefined): void {
  const target = run.frame.targets.findLast((one) =>
    label === undefined ? (isBreak && !one.throws) || one.isLoop : one.label === label,
  );
  (isBreak ? target?.breaks : target?.continues)?.push(run.state.fork());
  run.state.isReachable = false;
}

function executeTry(run: Run, node: TryStatement): void {
  const before = run.state.fork();
  const undone = run.made.length;
  const throws = node.handler ? throwsOf(run, () => run.execute(node.block)) : [];
  if (!node.handler) run.execute(node.block);
  const after = run.state;
  if (node.handler) {
    const { param, body } = node.handler;
    // Anything in the block may have failed, before or after it did something.
    run.state = State.join([before, ...throws, reachable(after)]);
    // What else there is may fail after the transaction has stored it.
    if (node.block.body.length === 1) run.undo(undone);
    inScope(run, () => {
      if (param) run.assign(param, UNKNOWN, true);
      run.execute(body);
    });
    run.state = State.join([after, run.state]);
  }
  run.made.length = undone;
  if (node.finalizer) {
    const { isReachable } = run.state;
    run.state.isReachable = true;
    run.execute(node.finalizer);
    run.state.isReachable &&= isReachable;
  }
}

/** How things are where the block of a `try` may fail. */
function throwsOf(run: Run, block: () => void): readonly State[] {
  const throws: State[] = [];
  run.frame.targets.push({ label: undefined, isLoop: false, breaks: [], continues: [], throws });
  try {
    block();
  } finally {
    run.frame.targets.pop();
  }
  return throws;
}

function reachable(state: State): State {
  const copy = state.fork();
  copy.isReachable = true;
  return copy;
}

function executeSwitch(run: Run, node: SwitchStatement): void {
  run.evaluate(node.discriminant);
  inScope(run, () => {
    const before = run.state;
    let through: State | undefined;
    const hasDefault = node.cases.some(({ test }) => !test);
    const target = withTarget(run, { label: undefined, isLoop: false }, () => {
      for (const { test, consequent } of node.cases) {
        run.state = before.fork();
        if (test) run.evaluate(test);
        if (through) run.state = State.join([run.state, through]);
        for (const statement of consequent) run.execute(statement);
        through = run.state;
      }
    });
    const ends = [...(through ? [run.state] : []), ...target.breaks, ...(hasDefault && through ? [] : [before])];
    run.state = State.join(ends);
  });
}
