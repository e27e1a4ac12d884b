import { Injectable, type PipeTransform } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { ConfigurationError } from '../errors/index.js';
import type { RowLock } from '../locking/index.js';
import { ModelRepository, type EntityClass } from '../repository/index.js';
import { labelCallSites } from '../transactions/index.js';
import { checkIfMatch } from './check-if-match.js';
import { dataSourceToken } from './tokens.js';

/** The model's own type does not matter here: the repository checks everything at run time. */
type Row = Branded & ObjectLiteral;

/** What `@ModelParam()` says about a parameter. */
export interface ModelParamDefinition {
  readonly model: EntityClass<Row>;
  /** Name of the path parameter. */
  readonly param: string;
  readonly load?: readonly string[];
  readonly lock?: RowLock;
  readonly detail?: string;
  readonly ifMatch?: boolean | 'optional';
  readonly dataSource?: string;
}

/** A parameter on its way through the pipe: what was declared, and what the request has. */
interface ModelParamInput {
  readonly definition: ModelParamDefinition;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The request's `If-Match`. */
  readonly ifMatch: string | undefined;
}

/** Loads the entity of a `@ModelParam()`, inside the handler's interceptors and so inside its transaction. */
@Injectable()
export class ModelParamPipe implements PipeTransform {
  private readonly repositories = new Map<string | undefined, WeakMap<Function, ModelRepository<Row>>>();

  constructor(private readonly moduleRef: ModuleRef) {}

  /**
   * @throws RecordNotFoundError when no row has the key, or no row can have it
   * @throws ConfigurationError when the route has no such parameter
   * @throws PreconditionRequiredError, PreconditionFailedError when `If-Match` is missing or names another version
   */
  async transform({ definition, params, ifMatch: given }: ModelParamInput): Promise<unknown> {
    const { model, param, load = [], lock = false, detail, ifMatch = false, dataSource } = definition;
    const key = params[param];
    if (key === undefined) {
      throw new ConfigurationError(
        `@ModelParam(${model.name}, '${param}'): the route has no parameter '${param}'. It has ${Object.keys(params).join(', ') || 'none'}.`,
        { model: model.name, param },
      );
    }
    const repository = this.repositoryOf(model, dataSource);
    const row = await labelCallSites(`@ModelParam(${model.name}, '${param}')`, () =>
      repository.getExistOne(key, { load: load as never[], withForUpdate: lock, detail }),
    );
    if (ifMatch !== false) checkIfMatch(repository.typeorm.metadata, row, given, ifMatch === true);
    return row;
  }

  private repositoryOf(model: EntityClass<Row>, dataSource: string | undefined): ModelRepository<Row> {
    let ofSource = this.repositories.get(dataSource);
    if (!ofSource) this.repositories.set(dataSource, (ofSource = new WeakMap()));
    let repository = ofSource.get(model);
    if (!repository) {
      const source = this.moduleRef.get<DataSource>(dataSourceToken(dataSource), { strict: false });
      ofSource.set(model, (repository = new ModelRepository(model, source)));
    }
    return repository;
  }
}
