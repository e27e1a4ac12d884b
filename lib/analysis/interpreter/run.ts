import type { AnyNode, Expression, Pattern, Statement } from 'acorn';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { FunctionReader } from '../functions/function-code.js';
import type { AnalysisEvent, RelationRead } from './analysis-event.js';
import type { Cell, EntityCell } from './cell.js';
import type { Scope } from './scope.js';
import type { State } from './state.js';
import type { FrameOfCode, FunctionNode, Value } from './value.js';

/** One call of a function that is being followed. */
export interface Frame extends FrameOfCode {
  readonly scope: Scope;
  readonly depth: number;
  /** Who has called it, and where. */
  readonly caller: { readonly frame: Frame; readonly node: AnyNode } | undefined;
  /** Where `return` goes: what it gives, and how things are then. */
  readonly returns: { readonly value: Value; readonly state: State }[];
  /** What `yield` has given. */
  readonly yields: Value[];
  readonly isGenerator: boolean;
  /** Whether it is the handler itself. */
  readonly isHandler: boolean;
  /** Loops and switches around the current statement, the innermost last. */
  readonly targets: JumpTarget[];
  /** Truth tests that are probes if what they miss is loaded further on. */
  readonly probes: Probe[];
  /** Cells above this number were made in the attempt of a method that is retried; undefined: it is not. */
  readonly attemptMark: number | undefined;
}

/** A statement that `break` or `continue` leads to, or a `try`, which errors lead to. */
export interface JumpTarget {
  readonly label: string | undefined;
  readonly isLoop: boolean;
  readonly breaks: State[];
  readonly continues: State[];
  /** Of a `try`: how things are where its block may fail. */
  readonly throws?: State[];
}

/** A truth test of a relation that was not loaded. */
export interface Probe {
  readonly event: RelationRead;
  readonly node: AnyNode;
  readonly frame: Frame;
  /** Whether the branch that is taken when the relation is there is the one of a true condition. */
  readonly isPositive: boolean;
  /** How many loads of what it misses had been seen. */
  readonly loads: number;
}

/** One way through the program, as the parts of the interpreter see it. */
export interface Run {
  state: State;
  frame: Frame;
  readonly reader: FunctionReader;
  readonly dataSources: readonly DataSource[];

  evaluate(node: Expression): Value;
  /** Executes in the state of now, which it changes. */
  execute(node: Statement): void;
  /** Gives a value to what a pattern names; `declare`: as new variables. */
  assign(pattern: Pattern, value: Value, declare: boolean): void;
  /** Calls a function with arguments. */
  call(callee: Value, self: Value, args: readonly Value[], node: AnyNode): Value;
  /** Calls a method by its name. */
  callMember(object: Value, name: string, args: readonly Value[], node: AnyNode): Value;
  /** Calls a method of a prototype: what `super` means in it begins there. */
  callAt(fn: Function, self: Value, args: readonly Value[], node: AnyNode, home: object): Value;
  /** Follows the code of a function that declares all its names itself. */
  enter(node: FunctionNode, of: FrameOfCode, self: Value, args: readonly Value[], calledAt: AnyNode): Value;
  construct(type: Value, args: readonly Value[], node: AnyNode): Value;
  assignProperty(object: Value, name: string | undefined, value: Value): void;
  /** Somebody asks which relations an entity has: one by name, or, without a name, all. */
  asked(entity: Value, name: Value): void;
  /** A `yield`: whoever takes the value may end the transaction before the next. */
  crossYield(): void;
  /** Entities that transactions have stored since the outermost `try`: gone when they fail. */
  readonly made: { readonly value: Value; readonly by: string }[];
  /** Says that what was stored since then is gone. */
  undo(since: number): void;
  /** Takes what the handler itself returns. */
  onReturn(value: Value, node: AnyNode): void;
  /** Lets nobody know any more what these values, and what they hold, have loaded. */
  escape(...values: readonly Value[]): void;
  report(event: AnalysisEvent, node: AnyNode): void;

  /** Truth tests of the condition that is being evaluated. */
  tests: Probe[];
  /** Counts what is loaded: `Article.author`, `User`. */
  noteLoad(what: string): void;
  loadsOf(event: RelationRead): number;

  cellOf(value: Value): Cell | undefined;
  setCell(value: Value, cell: Cell): void;
  entityOf(value: Value): EntityCell | undefined;
  /** The entity class of one of the data sources; undefined: it is none. */
  metadataOf(type: unknown): EntityMetadata | undefined;
  /** Runs work without telling anybody of what it finds. */
  quietly<T>(work: () => T): T;
  readonly isQuiet: boolean;
  /** Whether there is no time left for this handler. */
  readonly isExhausted: boolean;
}
