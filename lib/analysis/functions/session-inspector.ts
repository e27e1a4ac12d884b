import { randomUUID } from 'node:crypto';
import type { Debugger, Runtime, Session } from 'node:inspector';
import type { Binding, FreeVariable } from './function-code.js';
import { NO_INSPECTOR, type FunctionInspector, type FunctionScope, type ScriptPlace } from './function-inspector.js';
import { SessionProtocol } from './session-protocol.js';
import { SessionScripts } from './session-scripts.js';

/** What V8 calls the properties that it shows to debuggers alone. */
type InternalProperties = ReadonlyMap<string, Runtime.RemoteObject>;
/** Scopes as V8 hands them out: an array without a prototype. */
type RawScopes = ArrayLike<{ readonly description: string; readonly object: Record<string, unknown> }>;

/** Node's own types leave out what the protocol calls experimental. */
interface Properties extends Runtime.GetPropertiesReturnType {
  readonly privateProperties?: readonly { readonly name: string; readonly value?: Runtime.RemoteObject }[];
}

const NOTHING: InternalProperties = new Map();
const SCOPE = /^(\w+(?: \w+)?)(?: \((.*)\))?$/s;

/** Asks the engine by a session of its inspector, within this thread; no port is opened, and no code is ever stopped. */
export function openInspector(): FunctionInspector {
  // Absent where Node was built or started without it.
  const inspector = process.getBuiltinModule('node:inspector') as { Session: new () => Session } | undefined;
  if (!inspector) return NO_INSPECTOR;
  const session = new inspector.Session();
  try {
    session.connect();
    return new SessionInspector(session);
  } catch {
    session.disconnect();
    return NO_INSPECTOR;
  }
}

class SessionInspector implements FunctionInspector {
  private readonly protocol: SessionProtocol;
  private readonly scripts: SessionScripts;
  private readonly internals = new WeakMap<Function, InternalProperties>();
  private readonly scopes = new WeakMap<Function, readonly FunctionScope[]>();
  /** By this array values come to the session and back. */
  private readonly desk: [unknown] = [undefined];
  private readonly deskId: string;

  constructor(session: Session) {
    this.protocol = new SessionProtocol(session);
    this.scripts = new SessionScripts(this.protocol);
    this.deskId = this.findDesk();
  }

  placeOf(fn: Function): ScriptPlace | undefined {
    const location = this.inspect(fn).get('[[FunctionLocation]]')?.value as Debugger.Location | undefined;
    if (!location) return undefined;
    return { scriptId: location.scriptId, line: location.lineNumber, column: location.columnNumber ?? 0 };
  }

  scopesOf(fn: Function): readonly FunctionScope[] | undefined {
    const known = this.scopes.get(fn);
    if (known) return known;
    const remote = this.inspect(fn).get('[[Scopes]]');
    if (!remote) return undefined;
    const scopes = Array.from(this.valueOf(remote) as RawScopes, ({ description, object }): FunctionScope => {
      const [, kind = '', owner] = SCOPE.exec(description) ?? [];
      return { kind, owner, variables: object };
    }).filter(({ kind }) => kind !== 'Global');
    this.scopes.set(fn, scopes);
    return scopes;
  }

  targetOf(fn: Function): Function | undefined {
    const internals = this.inspect(fn);
    const remote = internals.get('[[TargetFunction]]') ?? internals.get('[[Target]]');
    const target = remote && this.valueOf(remote);
    return typeof target === 'function' ? target : undefined;
  }

  bindingOf(fn: Function): Binding | undefined {
    const internals = this.inspect(fn);
    const [boundThis, boundArguments] = [internals.get('[[BoundThis]]'), internals.get('[[BoundArgs]]')];
    if (!boundThis || !boundArguments) return undefined;
    return {
      this: this.valueOf(boundThis),
      arguments: Array.from(this.valueOf(boundArguments) as ArrayLike<unknown>),
    };
  }

  privateMemberOf(object: object, name: string): FreeVariable | undefined {
    const { objectId } = this.remoteOf(object);
    if (objectId === undefined) return undefined;
    const { privateProperties = [], internalProperties = [] } = this.properties(objectId);
    const list = internalProperties.find((property) => property.name === '[[PrivateMethods]]')?.value;
    const methods = list ? Array.from(this.valueOf(list) as ArrayLike<FreeVariable & { readonly name: string }>) : [];
    const fields = privateProperties.filter((property) => property.name === name);
    const named = methods.filter((property) => property.name === name);
    if (fields.length + named.length !== 1) return undefined;
    if (named[0]) return { value: named[0].value };
    // An accessor has no value.
    return fields[0].value && { value: this.valueOf(fields[0].value) };
  }

  executedUrlOf(scriptId: string): string | undefined {
    return this.scripts.executedUrlOf(scriptId);
  }

  urlOf(scriptId: string): string | undefined {
    return this.scripts.urlOf(scriptId);
  }

  sourceMapUrlOf(scriptId: string): string | undefined {
    return this.scripts.sourceMapUrlOf(scriptId);
  }

  textOf(scriptId: string): string | undefined {
    return this.scripts.textOf(scriptId);
  }

  close(): void {
    this.protocol.session.disconnect();
  }

  /**
   * The desk as the session knows it. A session looks into the main context unless told otherwise, and test runners
   * such as Jest run code in contexts of their own.
   */
  private findDesk(): string {
    const name = `nestjs-sqlmodel-ext:${randomUUID()}`;
    Object.defineProperty(globalThis, name, { value: this.desk, configurable: true });
    try {
      const expression = `globalThis[${JSON.stringify(name)}]`;
      const main = this.evaluate({ expression });
      if (main !== undefined) return main;
      for (const contextId of this.contexts()) {
        const found = this.evaluate({ expression, contextId });
        if (found !== undefined) return found;
      }
    } finally {
      Reflect.deleteProperty(globalThis, name);
    }
    throw new Error('The inspector does not see the context of this code.');
  }

  private evaluate(parameters: Runtime.EvaluateParameterType): string | undefined {
    return this.protocol.ask<Runtime.EvaluateReturnType>('Runtime.evaluate', { ...parameters, silent: true }).result
      .objectId;
  }

  /** The newest first. */
  private contexts(): number[] {
    const contexts: number[] = [];
    this.protocol.session.on('Runtime.executionContextCreated', ({ params }) => contexts.unshift(params.context.id));
    this.protocol.ask('Runtime.enable');
    this.protocol.ask('Runtime.disable');
    return contexts;
  }

  private inspect(fn: Function): InternalProperties {
    let internals = this.internals.get(fn);
    if (!internals) {
      const { objectId } = this.remoteOf(fn);
      internals = objectId === undefined ? NOTHING : this.internalsOf(objectId);
      this.internals.set(fn, internals);
    }
    return internals;
  }

  private internalsOf(objectId: string): InternalProperties {
    const { internalProperties = [] } = this.properties(objectId);
    return new Map(internalProperties.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  }

  private remoteOf(value: unknown): Runtime.RemoteObject {
    this.desk[0] = value;
    try {
      const [first] = this.properties(this.deskId).result;
      return first?.value ?? { type: 'undefined' };
    } finally {
      this.desk[0] = undefined;
    }
  }

  private properties(objectId: string): Properties {
    return this.protocol.ask('Runtime.getProperties', { objectId, ownProperties: true });
  }

  private valueOf({ objectId, value, unserializableValue }: Runtime.RemoteObject): unknown {
    this.protocol.ask('Runtime.callFunctionOn', {
      objectId: this.deskId,
      functionDeclaration: 'function (value) { this[0] = value; }',
      arguments: [{ objectId, value: value as unknown, unserializableValue }],
      silent: true,
    });
    const [result] = this.desk;
    this.desk[0] = undefined;
    return result;
  }
}
