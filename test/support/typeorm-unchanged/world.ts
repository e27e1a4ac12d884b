import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository, TreeRepository } from 'typeorm';
import type { DatabaseName } from '../database-name.js';
import type { Journal } from './journal.js';

/** What a scenario works with. */
export class World {
  readonly #journal: Journal;

  constructor(
    readonly engine: DatabaseName,
    readonly dataSource: DataSource,
    journal: Journal,
  ) {
    this.#journal = journal;
  }

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  repository = <Entity extends ObjectLiteral>(target: EntityTarget<Entity>): Repository<Entity> =>
    this.dataSource.getRepository(target);

  trees = <Entity extends ObjectLiteral>(target: EntityTarget<Entity>): TreeRepository<Entity> =>
    this.dataSource.getTreeRepository(target);

  /** Notes what a value is like at this moment; of a promise, what comes of it. */
  look = async <T>(label: string, value: T | Promise<T>): Promise<T> => {
    const result = await value;
    this.#journal.look(label, result);
    return result;
  };

  /** Notes the error that work must end with. */
  fails = async (label: string, work: () => unknown): Promise<void> => {
    let result: unknown;
    try {
      result = await work();
    } catch (error) {
      this.#journal.look(label, error);
      return;
    }
    throw new Error(`'${label}' was expected to fail, but gave ${JSON.stringify(this.#journal.snapshot(result))}`);
  };

  /** Notes what comes of work: an error on these engines, and a value on all others. */
  failsOn = async <T>(
    engines: readonly DatabaseName[],
    label: string,
    work: () => T | Promise<T>,
  ): Promise<T | undefined> => {
    if (!engines.includes(this.engine)) return this.look(label, work());
    await this.fails(label, work);
    return undefined;
  };
}

/** Something that an application does with TypeORM. What it gives is looked at too. */
export type Scenario = (world: World) => Promise<unknown>;

/** Scenarios by name. */
export type Scenarios = Readonly<Record<string, Scenario>>;
