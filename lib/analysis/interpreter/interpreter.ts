import type { AnyNode, Expression, Pattern, Statement } from 'acorn';
import type { DataSource, EntityMetadata } from 'typeorm';
import { callBlankBuilder, callBuilder } from '../calls/query-builder.js';
import { callKnownFunction, callKnownMethod } from '../calls/call-live.js';
import { constructObject } from '../calls/construct.js';
import { callEntityMethod } from '../calls/entity-methods.js';
import { markAsked } from '../calls/known-calls.js';
import { callListMethod } from '../calls/list-methods.js';
import { checkLockedArguments } from '../calls/locked-arguments.js';
import { markRequiredArguments } from '../calls/required-arguments.js';
import { callPromiseMethod } from '../calls/promise-methods.js';
import type { FunctionCode, FunctionReader } from '../functions/function-code.js';
import { hasLayer, type Method } from '../../relations/index.js';
import type { AnalysisEvent, RelationRead } from './analysis-event.js';
import { MAYBE, relationOf, type Cell, type EntityCell } from './cell.js';
import { listOf, tupleOf } from './entities.js';
import { evaluateExpression } from './evaluate-expression.js';
import { executeStatement, hoist } from './execute-statement.js';
import { liveValue } from './literals.js';
import { assignPattern, assignTo } from './patterns.js';
import { placeOf, readProperty } from './read-property.js';
import type { Frame, Run } from './run.js';
import { Scope } from './scope.js';
import { State } from './state.js';
import {
  alternatives,
  isNullish,
  UNDEFINED,
  UNKNOWN,
  union,
  type FrameOfCode,
  type FunctionNode,
  type LiveValue,
  type Value,
} from './value.js';

/** Calls further down than this are not followed. */
const MOST_DEPTH = 12;
/** What lists and their like do with what they are given: they keep it, or look for it. */
const STORING: readonly string[] = ['push', 'unshift', 'concat', 'includes', 'indexOf', 'has'];
/** Nodes that are looked at for one handler. */
const MOST_STEPS = 60_000;

/** Takes what is seen, and where. */
export type EventSink = (event: AnalysisEvent, node: AnyNode, frame: FrameOfCode) => void;

/** Follows the code of one handler. */
export class Interpreter implements Run {
  state = State.empty();
  frame: Frame;
  tests: Run['tests'] = [];
  readonly made: Run['made'] = [];
  /** Takes what the handler answers, at each place where it does. */
  answered: ((value: Value, node: AnyNode, frame: FrameOfCode) => void) | undefined;
  /** What was made by then was there before the parameters were read. */
  beforeParameters: number | undefined;
  readonly #loads = new Map<string, number>();
  readonly #stack: { readonly node: FunctionNode; readonly fn: Function }[] = [];
  #quiet = 0;
  #steps = 0;

  constructor(
    readonly reader: FunctionReader,
    readonly dataSources: readonly DataSource[],
    private readonly sink: EventSink,
    /** Prototypes whose methods belong to packages, or do not. */
    private readonly foreign: WeakMap<object, boolean>,
  ) {
    this.frame = undefined as unknown as Frame;
  }

  get isExhausted(): boolean {
    return this.#steps > MOST_STEPS;
  }

  onReturn(value: Value, node: AnyNode): void {
    if (this.frame.isHandler && !this.isQuiet && this.state.isReachable) this.answered?.(value, node, this.frame);
  }

  evaluate(node: Expression): Value {
    this.#steps++;
    return evaluateExpression(this, node);
  }

  execute(node: Statement): void {
    this.#steps++;
    executeStatement(this, node);
  }

  assign(pattern: Pattern, value: Value, declare: boolean): void {
    assignPattern(this, pattern, value, declare);
  }

  assignProperty(object: Value, name: string | undefined, value: Value): void {
    const targets = alternatives(object);
    for (const target of targets) assignTo(this, target, name, value, targets.length === 1);
  }

  read(object: Value, name: string, node: AnyNode): Value {
    return readProperty(this, object, name, node);
  }

  cellOf(value: Value): Cell | undefined {
    return value.kind === 'cell' ? this.state.cell(value.id) : undefined;
  }

  entityOf(value: Value): EntityCell | undefined {
    const cell = this.cellOf(value);
    return cell?.kind === 'entity' ? cell : undefined;
  }

  setCell(value: Value, cell: Cell): void {
    if (value.kind !== 'cell') return;
    const before = this.state.cell(value.id);
    this.state.put(value.id, cell);
    if (cell.kind === 'entity' && before?.kind === 'entity' && cell.oneOf !== undefined)
      this.#changeSome(cell.oneOf, before, cell);
  }

  /** What happens to one element of a list may have happened to any. */
  #changeSome(id: number, before: EntityCell, after: EntityCell): void {
    const all = this.entityOf({ kind: 'cell', id });
    if (!all || before.relations === after.relations) return;
    const relations = new Map(all.relations);
    for (const [name, state] of after.relations) {
      if (state !== before.relations.get(name) && state.is !== 'planned' && relationOf(before, name).is === 'unloaded')
        relations.set(name, MAYBE);
    }
    this.setCell(
      { kind: 'cell', id },
      { ...all, relations, others: after.others === before.others ? all.others : MAYBE },
    );
  }

  metadataOf(type: unknown): EntityMetadata | undefined {
    if (type === undefined || type === null) return undefined;
    for (const source of this.dataSources) {
      if (source.hasMetadata(type as never)) return source.getMetadata(type as never);
    }
    return undefined;
  }

  report(event: AnalysisEvent, node: AnyNode): void {
    if (this.isQuiet || !this.state.isReachable) return;
    let place = { frame: this.frame, node };
    if (event.type === 'goneUsed' && event.use === 'passed') {
      // Where it went is where it must not be passed on: not in what it is passed to.
      while (place.frame.depth > event.gone.depth && place.frame.caller) place = place.frame.caller;
    }
    this.sink(event, place.node, place.frame);
  }

  get isQuiet(): boolean {
    return this.#quiet > 0;
  }

  quietly<T>(work: () => T): T {
    this.#quiet++;
    try {
      return work();
    } finally {
      this.#quiet--;
    }
  }

  noteLoad(what: string): void {
    this.#loads.set(what, (this.#loads.get(what) ?? 0) + 1);
  }

  loadsOf({ entity, relation }: RelationRead): number {
    const target = entity.relations.find(({ propertyPath }) => propertyPath === relation)?.inverseEntityMetadata.name;
    return [`${entity.name}.${relation}`, `${entity.name}.*`, target ?? '']
      .map((what) => this.#loads.get(what) ?? 0)
      .reduce((sum, count) => sum + count, 0);
  }

  asked(entity: Value, name: Value): void {
    markAsked(this, entity, name);
  }

  crossYield(): void {
    for (const [id, cell] of this.state.allCells()) {
      if (cell.kind === 'entity' && !cell.acrossYield) this.state.put(id, { ...cell, acrossYield: true });
    }
  }

  undo(since: number): void {
    for (const { value, by } of this.made.slice(since)) {
      const cell = this.entityOf(value);
      if (cell) this.setCell(value, { ...cell, gone: { how: 'rolledBack', by, depth: this.frame.depth } });
    }
  }

  escape(...values: readonly Value[]): void {
    const seen = new Set<number>();
    const open = (value: Value): void => {
      for (const one of alternatives(value)) {
        if (one.kind === 'embedded') open({ kind: 'cell', id: one.id });
        if (one.kind === 'closure') this.#callUnknown(one);
        if (one.kind !== 'cell' || seen.has(one.id)) continue;
        seen.add(one.id);
        const cell = this.cellOf(one);
        if (cell) this.#openCell(one, cell, open);
      }
    };
    for (const value of values) open(value);
  }

  #openCell(value: Value, cell: Cell, open: (value: Value) => void): void {
    switch (cell.kind) {
      case 'entity':
        this.noteLoad(`${cell.metadata.name}.*`);
        for (const state of cell.relations.values()) if (state.is === 'loaded') open(state.value);
        this.setCell(value, {
          ...cell,
          relations: new Map(),
          others: MAYBE,
          lock: 'maybe',
          gone: cell.gone && 'maybe',
          changed: new Set(),
        });
        return;
      case 'object':
        for (const field of cell.fields.values()) open(field);
        this.setCell(value, { ...cell, isOpen: true });
        return;
      case 'list':
        for (const item of [...(cell.items ?? []), cell.element]) open(item);
        return;
      case 'builder':
        this.setCell(value, { ...cell, isOpen: true });
        return;
      case 'runner':
      case 'blank':
        return;
    }
  }

  /** A function that nobody knows who calls, and with what. */
  #callUnknown(fn: Value): void {
    const before = this.state.fork();
    this.call(fn, UNDEFINED, [], { type: 'EmptyStatement', start: 0, end: 0 });
    this.state = State.join([before, this.state]);
  }

  call(callee: Value, self: Value, args: readonly Value[], node: AnyNode): Value {
    return union(alternatives(callee).map((one) => this.#callOne(one, self, args, node)));
  }

  #callOne(callee: Value, self: Value, args: readonly Value[], node: AnyNode): Value {
    switch (callee.kind) {
      case 'closure':
        return this.#enter(
          callee.node,
          callee.frame,
          callee.scope,
          closureSelf(callee.node, callee.frame, self),
          args,
          node,
        );
      case 'method':
        return this.callMember(callee.self, callee.name, args, node);
      case 'live': {
        if (typeof callee.value !== 'function') break;
        const known = callKnownFunction(this, callee.value, args);
        if (known) return known;
        const home = callee.owner && placeOf(callee.owner, callee.value.name)?.owner;
        return this.callAt(callee.value, callee.self ?? self, args, node, home);
      }
      default:
    }
    this.escape(...args);
    return UNKNOWN;
  }

  callAt(fn: Function, self: Value, args: readonly Value[], node: AnyNode, home: object | undefined): Value {
    const bound = this.reader.bindingOf(fn);
    if (!bound) return this.#callUnbound(fn, self, args, node, home);
    // `this.find = finder.find.bind(finder)`: whose method it is no longer depends on where it is found.
    const all = [...bound.arguments.map(liveValue), ...args];
    const original = this.reader.originalOf(fn);
    const owner =
      typeof bound.this === 'object' && bound.this !== null ? placeOf(bound.this, original.name)?.owner : undefined;
    return this.#callUnbound(original, liveValue(bound.this), all, node, owner);
  }

  #callUnbound(fn: Function, self: Value, args: readonly Value[], node: AnyNode, home: object | undefined): Value {
    markRequiredArguments(this, fn, home, args);
    checkLockedArguments(this, fn, home, args, node);
    const original = this.reader.originalOf(fn);
    const code = this.reader.codeOf(original, home);
    if (!code?.node || code.kind === 'class' || this.#isForeign(code, home)) {
      this.escape(...args);
      return UNKNOWN;
    }
    const isRetried = hasLayer('retry', fn as Method);
    const frame: FrameOfCode = { code, fn: original, self, home, place: placeName(original, self, home) };
    return this.#enter(code.node, frame, undefined, self, args, node, isRetried ? this.#attemptMark() : undefined);
  }

  #enter(
    node: FunctionNode,
    of: FrameOfCode,
    parent: Scope | undefined,
    self: Value,
    args: readonly Value[],
    calledAt: AnyNode,
    attemptMark?: number,
  ): Value {
    const above = this.frame as Frame | undefined;
    const depth = (above?.depth ?? 0) + 1;
    if (
      depth > MOST_DEPTH ||
      this.isExhausted ||
      this.#stack.filter((one) => one.node === node && one.fn === of.fn).length > 3
    ) {
      this.escape(...args.filter(({ kind }) => kind !== 'closure'));
      return UNKNOWN;
    }
    const frame: Frame = {
      ...of,
      self,
      scope: new Scope(parent),
      depth,
      caller: above && { frame: above, node: calledAt },
      returns: [],
      yields: [],
      isGenerator: node.generator,
      isHandler: above === undefined && this.answered !== undefined,
      targets: [],
      probes: [],
      attemptMark: attemptMark ?? above?.attemptMark,
    };
    this.frame = frame;
    this.#stack.push({ node, fn: of.fn });
    const { tests } = this;
    this.tests = [];
    try {
      node.params.forEach((pattern, index) => {
        if (pattern.type === 'RestElement') this.assign(pattern.argument, tupleOf(this, args.slice(index)), true);
        else this.assign(pattern, index < args.length ? args[index] : UNDEFINED, true);
      });
      if (node.body.type === 'BlockStatement') {
        hoist(this, node.body.body);
        for (const statement of node.body.body) this.execute(statement);
      } else {
        const value = this.evaluate(node.body);
        this.onReturn(value, node.body);
        frame.returns.push({ value, state: this.state });
        this.state = this.state.abandoned();
      }
      return this.#leave(frame);
    } finally {
      this.tests = tests;
      this.#stack.pop();
      this.frame = above as Frame;
    }
  }

  #leave(frame: Frame): Value {
    for (const { event, node, frame: at, loads } of frame.probes) {
      // What follows the probe has loaded what it missed.
      if (this.loadsOf(event) > loads) continue;
      if (!this.isQuiet) this.sink(event, node, at);
    }
    const returns = [...frame.returns];
    if (this.state.isReachable) returns.push({ value: UNDEFINED, state: this.state });
    const ends = returns.filter(({ state }) => state.isReachable);
    if (ends.length === 1) this.state = ends[0].state;
    else if (ends.length > 0) this.state = State.join(ends.map(({ state }) => state));
    else this.state.isReachable = false;
    if (frame.isGenerator) return listOf(this, frame.yields.length > 0 ? union(frame.yields) : UNKNOWN);
    return union(ends.map(({ value }) => value));
  }

  callMember(object: Value, name: string, args: readonly Value[], node: AnyNode): Value {
    const present = alternatives(object).filter((one) => !isNullish(one));
    if (present.length === 0) {
      this.escape(...args);
      return UNKNOWN;
    }
    return union(present.map((one) => this.#callMemberOf(one, name, args, node)));
  }

  #callMemberOf(object: Value, name: string, args: readonly Value[], node: AnyNode): Value {
    const settled = callPromiseMethod(this, object, name, args, node);
    if (settled) return settled;
    switch (object.kind) {
      case 'live':
        return this.#callLiveMethod(object, name, args, node);
      case 'closure':
      case 'method':
        return this.#callFunctionMethod(object, name, args, node);
      case 'context':
        return name === 'getRequest' || name === 'getArgByIndex' ? object.request : object;
      case 'cell': {
        const cell = this.cellOf(object);
        if (cell?.kind === 'list') return callListMethod(this, object, cell, name, args, node);
        if (cell?.kind === 'builder') return callBuilder(this, object, name, args, node);
        if (cell?.kind === 'blank') return callBlankBuilder(this, object, name, args, node);
        if (cell?.kind === 'entity') return this.#callOfEntity(object, cell, name, args, node);
        if (cell?.kind === 'object') {
          const field = cell.fields.get(name);
          if (field) return this.call(field, object, args, node);
          const place = cell.type && placeOf(cell.type.prototype as object, name);
          if (typeof place?.member.value === 'function') {
            return this.callAt(place.member.value, object, args, node, place.owner);
          }
        }
        break;
      }
      default:
    }
    if (!STORING.includes(name)) this.escape(...args);
    return UNKNOWN;
  }

  #callOfEntity(
    object: Value & { kind: 'cell' },
    cell: EntityCell,
    name: string,
    args: readonly Value[],
    node: AnyNode,
  ): Value {
    const target = cell.metadata.target;
    if (typeof target === 'function' && placeOf(target.prototype as object, name)) {
      return callEntityMethod(this, object, name, args, node);
    }
    // A relation that is a list: `article.comments.map(…)` comes as a member of a member, not here.
    this.escape(...args);
    return UNKNOWN;
  }

  #callFunctionMethod(fn: Value, name: string, args: readonly Value[], node: AnyNode): Value {
    const [self = UNDEFINED, ...rest] = args;
    if (name === 'call') return this.call(fn, self, rest, node);
    if (name === 'bind') return fn.kind === 'live' && rest.length === 0 ? { ...fn, self } : fn;
    if (name === 'apply') return this.call(fn, self, [UNKNOWN], node);
    this.escape(...args);
    return UNKNOWN;
  }

  #callLiveMethod(object: LiveValue, name: string, args: readonly Value[], node: AnyNode): Value {
    const known = callKnownMethod(this, object.value, name, args, node);
    if (known) return known;
    const place = placeOf(object.value, name);
    const method: unknown = place?.member.value;
    if (place && typeof method === 'function') {
      if (typeof object.value === 'function' && (name === 'call' || name === 'bind' || name === 'apply')) {
        return this.#callFunctionMethod(object, name, args, node);
      }
      const special = callKnownFunction(this, method, args);
      if (special) return special;
      return this.callAt(method, object, args, node, place.owner);
    }
    if (place?.member.get) {
      const fn = readProperty(this, object, name, node);
      if (fn.kind !== 'unknown') return this.call(fn, object, args, node);
    }
    if (Array.isArray(object.value)) return this.#callOfLiveList(object.value, name, args, node);
    this.escape(...args);
    return UNKNOWN;
  }

  #callOfLiveList(list: readonly unknown[], name: string, args: readonly Value[], node: AnyNode): Value {
    const items = list.map(liveValue);
    const value = this.state.make({ kind: 'list', items, element: items.length > 0 ? union(items) : UNKNOWN });
    return this.callMember(value, name, args, node);
  }

  /** Methods of one class come from one place. */
  #isForeign(code: FunctionCode, home: object | undefined): boolean {
    if (!home) return code.isForeign;
    let known = this.foreign.get(home);
    if (known === undefined) this.foreign.set(home, (known = code.isForeign));
    return known;
  }

  /** The handler's own parameters are read again for each attempt; what guards have read is not. */
  #attemptMark(): number {
    const isHandler = (this.frame as Frame | undefined) === undefined;
    return isHandler ? (this.beforeParameters ?? State.mark) : State.mark;
  }

  construct(type: Value, args: readonly Value[], node: AnyNode): Value {
    return constructObject(this, type, args, node);
  }

  enter(node: FunctionNode, of: FrameOfCode, self: Value, args: readonly Value[], calledAt: AnyNode): Value {
    return this.#enter(node, of, undefined, self, args, calledAt);
  }
}

/** An arrow function has the `this` of where it was made. */
function closureSelf(node: FunctionNode, frame: FrameOfCode, self: Value): Value {
  return node.type === 'ArrowFunctionExpression' ? frame.self : self;
}

function placeName(fn: Function, self: Value, home: object | undefined): string {
  const type = self.kind === 'live' ? self.value.constructor : typeof home === 'function' ? home : home?.constructor;
  const name = fn.name === '' ? '(anonymous)' : fn.name.replace(/^[gs]et /, '');
  if (self.kind === 'live' && typeof self.value === 'function') return `${self.value.name}.${name}`;
  return type && (self.kind === 'live' || home) ? `${type.name}.${name}` : name;
}
