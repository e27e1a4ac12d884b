import type { DataSource, EntityManager, Repository } from 'typeorm';
import { ModelRepository, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Shelf, Volume } from './fuzz-models.js';
import { modelOf, type ModelName } from './universe.js';

/** A row of either model: a shelf has no shelf. */
export type Row = Volume;

/** The ways to the rows that a worker has. */
export class Repositories {
  readonly unitOfWork: UnitOfWork;
  readonly #shelves: ModelRepository<Shelf>;
  readonly #volumes: ModelRepository<Volume>;

  constructor(readonly dataSource: DataSource) {
    this.unitOfWork = new UnitOfWork(dataSource);
    this.#shelves = new ModelRepository(Shelf, dataSource);
    this.#volumes = new ModelRepository(Volume, dataSource);
  }

  of(model: ModelName): ModelRepository<Row> {
    return model === 'shelf' ? (this.#shelves as unknown as ModelRepository<Row>) : this.#volumes;
  }
}

/** The class of the model that a row belongs to. */
export function classOf(code: string): typeof Volume {
  return modelOf(code) === 'shelf' ? (Shelf as unknown as typeof Volume) : Volume;
}

/** TypeORM's own repository in a transaction of its own. */
export function plainRepository(manager: EntityManager, model: ModelName): Repository<Row> {
  return manager.getRepository<Row>(model === 'shelf' ? Shelf : Volume);
}
