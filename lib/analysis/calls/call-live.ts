import type { AnyNode } from 'acorn';
import { BaseEntity, DataSource, EntityManager, Repository, TreeRepository, type ObjectLiteral } from 'typeorm';
import { isLoaded } from '../../relations/index.js';
import { ModelRepository } from '../../repository/index.js';
import { UnitOfWork } from '../../transactions/index.js';
import { MAYBE, withRelation } from '../interpreter/cell.js';
import { entitiesIn } from '../interpreter/entities.js';
import { liveValue, stringOf } from '../interpreter/literals.js';
import { memberOf } from '../interpreter/read-property.js';
import type { Run } from '../interpreter/run.js';
import { State } from '../interpreter/state.js';
import { UNDEFINED, UNKNOWN, type Value } from '../interpreter/value.js';
import { callOfLanguage } from './known-calls.js';
import { callModelRepository } from './model-repository.js';
import { newBuilder } from './query-builder.js';
import { callTypeOrmRepository } from './typeorm-repository.js';

/** What a method of a live object gives that this analysis knows by itself; undefined: its code has to be read. */
export function callKnownMethod(
  run: Run,
  object: object,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value | undefined {
  const method: unknown = memberOf(object, name)?.value;
  if (object instanceof ModelRepository) {
    return isOwnMethod(ModelRepository, name, method)
      ? callModelRepository(run, object as unknown as ModelRepository<never>, name, args, node)
      : undefined;
  }
  if (object instanceof Repository) {
    const isOwn = isOwnMethod(Repository, name, method) || isOwnMethod(TreeRepository, name, method);
    return isOwn ? callRepository(run, object as Repository<ObjectLiteral>, name, args, node) : undefined;
  }
  if (object instanceof EntityManager) return callManager(run, object, name, args, node);
  if (object instanceof DataSource) return callDataSource(run, object, name, args, node);
  if (object instanceof UnitOfWork) return callUnitOfWork(run, name, args, node);
  if (typeof object === 'function' && object.prototype instanceof BaseEntity && isStaticOfBase(name, method)) {
    const metadata = run.metadataOf(object);
    const source = run.dataSources.find((one) => one.hasMetadata(object));
    return metadata && source ? callTypeOrmRepository(run, metadata, name, args, node) : UNKNOWN;
  }
  return callOfLanguage(run, object, name, args, node);
}

function isOwnMethod(type: { readonly prototype: object }, name: string, method: unknown): boolean {
  return method !== undefined && memberOf(type.prototype, name)?.value === method;
}

function isStaticOfBase(name: string, method: unknown): boolean {
  return method !== undefined && (BaseEntity as unknown as Record<string, unknown>)[name] === method;
}

function callRepository(
  run: Run,
  repository: Repository<ObjectLiteral>,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value {
  const metadata = run.metadataOf(repository.target);
  if (!metadata) {
    run.escape(...args);
    return UNKNOWN;
  }
  return callTypeOrmRepository(run, metadata, name, args, node);
}

/** Calls a function that runs in a transaction: what it has stored is gone when it fails. */
function inTransaction(run: Run, work: Value | undefined, args: readonly Value[], node: AnyNode): Value {
  return work ? run.call(work, UNDEFINED, args, node) : UNKNOWN;
}

function callManager(
  run: Run,
  manager: EntityManager,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value | undefined {
  const [first = UNDEFINED, second] = args;
  switch (name) {
    case 'transaction':
      return inTransaction(run, args.findLast(isFunction), [liveValue(manager)], node);
    case 'getRepository':
    case 'getTreeRepository':
      return repositoryOf(manager, first);
    case 'withRepository':
      return first;
    case 'query':
      return UNKNOWN;
    case 'createQueryBuilder':
      if (!args[0]) return run.state.make({ kind: 'blank', selected: undefined });
      break;
    case 'save':
    case 'remove':
    case 'softRemove':
    case 'recover': {
      const given = first.kind === 'live' && second ? second : first;
      if (name === 'save' && first.kind === 'live' && second) {
        const metadata = run.metadataOf(first.value);
        if (metadata) return callTypeOrmRepository(run, metadata, name, [second], node);
      }
      const [entity] = entitiesIn(run, given);
      const cell = entity && run.entityOf(entity);
      if (cell) return callTypeOrmRepository(run, cell.metadata, name, [given], node);
      return given;
    }
    default:
  }
  if (!isOwnMethod(EntityManager, name, memberOf(manager, name)?.value)) return undefined;
  const metadata = first.kind === 'live' ? run.metadataOf(first.value) : undefined;
  if (metadata) return callTypeOrmRepository(run, metadata, name, args.slice(1), node);
  run.escape(...args);
  return UNKNOWN;
}

function isFunction({ kind }: Value): boolean {
  return kind === 'closure' || kind === 'live' || kind === 'method';
}

function repositoryOf(manager: EntityManager, type: Value): Value {
  const target = type.kind === 'live' ? type.value : stringOf(type);
  if (target === undefined) return UNKNOWN;
  try {
    return liveValue(manager.getRepository(target as never));
  } catch {
    return UNKNOWN;
  }
}

function callDataSource(
  run: Run,
  source: DataSource,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value | undefined {
  switch (name) {
    case 'transaction':
    case 'getRepository':
    case 'getTreeRepository':
      return callManager(run, source.manager, name, args, node);
    case 'createQueryBuilder': {
      const [type, alias] = args;
      const metadata = type?.kind === 'live' ? run.metadataOf(type.value) : undefined;
      if (!type) return run.state.make({ kind: 'blank', selected: undefined });
      return metadata ? newBuilder(run, metadata, stringOf(alias ?? UNDEFINED)) : UNKNOWN;
    }
    case 'createQueryRunner':
      return run.state.make({ kind: 'runner', manager: liveValue(source.manager) });
    case 'query':
      return UNKNOWN;
    default:
      return undefined;
  }
}

function callUnitOfWork(run: Run, name: string, args: readonly Value[], node: AnyNode): Value {
  const [work] = args;
  if (name === 'run') return inTransaction(run, work, [], node);
  if (work && isFunction(work)) {
    // Later, and perhaps: what it does is not done when this goes on.
    const now = run.state.fork();
    run.call(work, UNDEFINED, [UNKNOWN], node);
    run.state = State.join([now]);
  }
  return UNKNOWN;
}

/** What a function gives that this analysis knows by itself; undefined: its code has to be read. */
export function callKnownFunction(run: Run, fn: Function, args: readonly Value[]): Value | undefined {
  if (fn !== isLoaded) return undefined;
  const [entity, path] = args;
  const cell = entity && run.entityOf(entity);
  const relation = stringOf(path ?? UNDEFINED)?.split('.', 1)[0];
  if (cell && relation !== undefined) {
    run.noteLoad(`${cell.metadata.name}.${relation}`);
    run.setCell(
      entity,
      withRelation(
        cell,
        relation,
        cell.relations.get(relation)?.is === 'planned' ? (cell.relations.get(relation) ?? MAYBE) : MAYBE,
      ),
    );
  } else if (entity) {
    run.escape(entity);
  }
  return UNKNOWN;
}
