import { Injectable, type PipeTransform } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { ModelRepository, type EntityClass } from '../repository/index.js';
import { dataSourceToken } from './tokens.js';

/** What `@ModelParam()` says about a parameter. */
export interface ModelParamDefinition {
  // The model's own type does not matter here: the repository checks everything at run time.
  readonly model: EntityClass<Branded & ObjectLiteral>;
  readonly load?: readonly string[];
  readonly lock?: boolean;
  readonly detail?: string;
  readonly dataSource?: string;
}

/** A parameter on its way through the pipe: what was declared, and the key in the path. */
interface ModelParamInput {
  readonly definition: ModelParamDefinition;
  readonly key: unknown;
}

/** Loads the entity of a `@ModelParam()`, inside the handler's interceptors and so inside its transaction. */
@Injectable()
export class ModelParamPipe implements PipeTransform {
  constructor(private readonly moduleRef: ModuleRef) {}

  async transform(input: ModelParamInput): Promise<unknown> {
    const { model, load = [], lock = false, detail, dataSource } = input.definition;
    const source = this.moduleRef.get<DataSource>(dataSourceToken(dataSource), { strict: false });
    const repository = new ModelRepository(model, source);
    const key = typeof input.key === 'string' ? input.key : '';
    return repository.getExistOne(key, { load: load as never[], withForUpdate: lock, detail });
  }
}
