import { ownModelDefinition } from '../entity-model/index.js';
import { fieldsOf } from '../field-types/index.js';
import type { FindingList } from './finding-list.js';
import type { FunctionReader } from './functions/function-code.js';
import { checkAnswer } from './check-answer.js';
import { entitiesIn, madeEntity, objectOf } from './interpreter/entities.js';
import { Interpreter, type EventSink } from './interpreter/interpreter.js';
import { liveValue } from './interpreter/literals.js';
import { treeOfPaths, withEager } from './interpreter/load-tree.js';
import { placeOf } from './interpreter/read-property.js';
import type { Run } from './interpreter/run.js';
import { State } from './interpreter/state.js';
import { UNKNOWN, type CellValue, type Value } from './interpreter/value.js';
import type { EntryPoint, ParameterSource, World } from './world.js';

/** Follows one handler: what is around it, its parameters, its code, its answer. */
export function followHandler(
  world: World,
  entryPoint: EntryPoint,
  functions: FunctionReader,
  found: FindingList,
  foreign: WeakMap<object, boolean>,
): void {
  const name = `${entryPoint.controller.name}.${entryPoint.method}`;
  const place = placeOf(entryPoint.instance, entryPoint.method);
  if (typeof place?.member.value !== 'function') return;
  const handler = place.member.value;
  const see: EventSink = (event, node, frame) => {
    found.add(event, node, frame, name);
  };
  const run = new Interpreter(functions, world.dataSources, see, foreign);
  const request = objectOf(run, {}, true);
  for (const enhancer of entryPoint.enhancers) followEnhancer(run, enhancer, request);
  markRequest(run, request);
  run.beforeParameters = State.mark;
  const args = entryPoint.parameters.map((source) => parameterValue(run, source, request));
  const code = functions.codeOf(functions.originalOf(handler), place.owner);
  if (!code?.node) return;
  const self = liveValue(entryPoint.instance);
  const isShown = !entryPoint.enhancers.some((enhancer) => mapsAnswers(enhancer));
  run.answered = (answer, node, frame) => {
    if (isShown)
      checkAnswer(run, entryPoint, answer, (event) => {
        found.add(event, node, frame, name);
      });
  };
  // Handlers are what the application has, whoever has written them.
  foreign.set(place.owner, false);
  run.callAt(handler, self, args, code.node, place.owner);
}

const NOWHERE = { type: 'EmptyStatement', start: 0, end: 0 } as const;

/** Whether an interceptor makes another answer of what a handler gives, which nobody follows. */
function mapsAnswers(enhancer: object): boolean {
  const method: unknown = placeOf(enhancer, 'intercept')?.member.value;
  if (typeof method !== 'function' || enhancer.constructor.name === 'ClassSerializerInterceptor') return false;
  return /\b(map|mergeMap|switchMap|concatMap|exhaustMap|flatMap|reduce|scan)\b\)?\s*\(/.test(
    Function.prototype.toString.call(method),
  );
}

/** Guards and interceptors put entities on the request. */
function followEnhancer(run: Interpreter, enhancer: object, request: CellValue): void {
  const method = ['canActivate', 'intercept', 'use'].find(
    (name) => typeof placeOf(enhancer, name)?.member.value === 'function',
  );
  if (method === undefined) return;
  const context: Value = { kind: 'context', request };
  // What goes wrong in a guard is found in it, once for each handler behind it.
  run.callMember(liveValue(enhancer), method, [context, UNKNOWN], NOWHERE);
  run.state.isReachable = true;
}

/** What guards and interceptors have put on the request. */
function markRequest(run: Interpreter, request: CellValue): void {
  const cell = run.cellOf(request);
  if (cell?.kind !== 'object') return;
  for (const [name, value] of cell.fields) asParameter(run, value, `request.${name}`);
}

function parameterValue(run: Interpreter, source: ParameterSource, request: CellValue): Value {
  switch (source.kind) {
    case 'entity': {
      const tree = withEager(source.metadata, treeOfPaths(source.metadata, source.load));
      const origin = { kind: 'parameter', text: source.origin } as const;
      return madeEntity(run, source.metadata, tree, { origin, lock: source.isLocked ? 'held' : 'none' });
    }
    case 'pipes': {
      let value: Value = UNKNOWN;
      for (const pipe of source.pipes) value = run.callMember(liveValue(pipe), 'transform', [value, UNKNOWN], NOWHERE);
      run.state.isReachable = true;
      return asParameter(run, value, pipeNames(source.pipes));
    }
    case 'custom': {
      const context: Value = { kind: 'context', request };
      const value = run.call(liveValue(source.factory), UNKNOWN, [liveValue(source.data), context], NOWHERE);
      run.state.isReachable = true;
      return asParameter(run, value, 'its decorator');
    }
    case 'request': {
      if (source.property === undefined) return request;
      const value = run.read(request, source.property, NOWHERE);
      return asParameter(run, value, `request.${source.property}`);
    }
    case 'data':
      return dataValue(run, source.type);
    case 'unknown':
      return UNKNOWN;
  }
}

/** An instance of a data class has the fields that the class declares, and no other: validation sees to that. */
function dataValue(run: Interpreter, type: Function | undefined): Value {
  if (!type || run.metadataOf(type) || !ownModelDefinition(type)) return UNKNOWN;
  const fields = Object.fromEntries([...fieldsOf(type).keys()].map((name) => [name, UNKNOWN]));
  return objectOf(run, fields, false, type);
}

function pipeNames(pipes: readonly object[]): string {
  return pipes.map((pipe) => pipe.constructor.name).join(', ');
}

/** Entities that come from outside the handler: who reads them there cannot see what was loaded. */
function asParameter(run: Run, value: Value, text: string): Value {
  for (const entity of entitiesIn(run, value)) {
    const cell = run.entityOf(entity);
    if (cell) run.setCell(entity, { ...cell, origin: { kind: 'parameter', text } });
  }
  return value;
}
