import { Module, type INestApplicationContext, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { getMetadataArgsStorage, type DataSource } from 'typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { ownModelDefinition } from '../../../lib/entity-model/index.js';
import { ENTITIES } from './models.js';

/** Where Nest keeps what makes a class a controller, and a provider. */
const CONTROLLER = '__controller__';
const INJECTABLE = '__injectable__';

/** An application of the classes that case files export. */
export interface CaseApplication {
  readonly app: INestApplicationContext;
  readonly dataSource: DataSource;
  readonly controllers: readonly Function[];
}

/** What a case file may export besides its classes. */
interface CaseExports {
  readonly PROVIDERS?: readonly Provider[];
}

/**
 * Boots the controllers, providers and entities that these modules export, on a database in memory.
 * @param common entities that are there beside theirs
 */
export async function openCases(
  modules: readonly object[],
  common: readonly Function[] = ENTITIES,
): Promise<CaseApplication> {
  const classes = [...new Set(modules.flatMap((exports) => Object.values(exports) as unknown[]).filter(isClass))];
  const tables = new Set(getMetadataArgsStorage().tables.map(({ target }) => target));
  const entities = [...new Set([...common, ...classes.filter((type) => tables.has(type))])];
  const models = entities.filter((type) => ownModelDefinition(type));
  const controllers = classes.filter((type) => Reflect.hasOwnMetadata(CONTROLLER, type));
  const plain = entities.filter((type) => !models.includes(type));
  class Root {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', synchronize: true, entities }),
      TypeOrmModule.forFeature(plain as never[]),
      SqlModelExtModule.forRoot({ relations: { nPlusOne: false }, analysis: { mode: 'off' } }),
      SqlModelExtModule.forFeature(models),
    ],
    controllers: controllers as never[],
    providers: [
      ...(classes.filter((type) => Reflect.hasOwnMetadata(INJECTABLE, type)) as Type[]),
      ...modules.flatMap((exports) => (exports as CaseExports).PROVIDERS ?? []),
    ],
  })(Root);
  const app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  return { app, dataSource: app.get<DataSource>(getDataSourceToken()), controllers };
}

function isClass(value: unknown): value is Function {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
