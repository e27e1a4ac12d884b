import {
  DefaultValuePipe,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseDatePipe,
  ParseEnumPipe,
  ParseFilePipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  ValidationPipe,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ParameterSource } from '../analysis/index.js';
import type { Container } from './analysis-container.js';
import type { LiveObjects } from './analysis-live-objects.js';
import { enhancerObject } from './entry-points-enhancers.js';
import type { Handler } from './entry-points-handlers.js';
import { ModelParamPipe, type ModelParamDefinition } from './model-param.pipe.js';
import { dataSourceToken } from './tokens.js';

const ROUTE_ARGUMENTS = '__routeArguments__';
const CUSTOM = '__customRouteArgs__';

/** Nest's numbers of parameter decorators. */
const REQUEST = 0;
const CLIENT_DATA = { body: 3, query: 4, param: 5, headers: 6, file: 8, files: 9, rawBody: 12, cookies: 14 };

/** Pipes of Nest turn text into plain values, and check. */
const PLAIN_PIPES: readonly Function[] = [
  DefaultValuePipe,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseDatePipe,
  ParseEnumPipe,
  ParseFilePipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  ValidationPipe,
];

const UNKNOWN: ParameterSource = { kind: 'unknown' };

/** What Nest has noted of a parameter. */
interface Argument {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
  /** Of `createParamDecorator()`. */
  readonly factory?: Function;
}

/** Where the values of a handler's parameters come from, by position; those without a decorator are not known. */
export function parametersOf(handler: Handler, container: Container, objects: LiveObjects): ParameterSource[] {
  const { prototype, method } = handler;
  const described = Reflect.getMetadata(ROUTE_ARGUMENTS, argumentsOwner(handler), method) as
    Readonly<Record<string, Argument>> | undefined;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) as unknown[] | undefined) ?? [];
  const sources: ParameterSource[] = [];
  for (const [key, argument] of Object.entries(described ?? {})) {
    sources[argument.index] = sourceOf(key, argument, types[argument.index], handler, container, objects);
  }
  return Array.from(sources, (source: ParameterSource | undefined) => source ?? UNKNOWN);
}

/** The class that has the metadata: mixins copy methods together with `constructor`. */
function argumentsOwner({ controller, prototype, method }: Handler): Function {
  const { constructor } = prototype;
  const declared = constructor.prototype as Readonly<Record<string, unknown>> | undefined;
  return declared?.[method] === (prototype as Readonly<Record<string, unknown>>)[method] ? constructor : controller;
}

function sourceOf(
  key: string,
  { data, pipes = [], factory }: Argument,
  type: unknown,
  { module }: Handler,
  container: Container,
  objects: LiveObjects,
): ParameterSource {
  if (pipes.includes(ModelParamPipe)) return entityOf(data as ModelParamDefinition, container);
  const own = pipes
    .map((pipe) => enhancerObject(pipe, module, objects))
    .filter((pipe): pipe is object => typeof pipe === 'object' && pipe !== null && !isPlainPipe(pipe));
  if (own.length > 0) return { kind: 'pipes', pipes: own };
  if (key.includes(CUSTOM)) return factory ? { kind: 'custom', factory, data } : UNKNOWN;
  const decorator = Number.parseInt(key);
  if (decorator === REQUEST) return { kind: 'request', property: undefined };
  if (!Object.values(CLIENT_DATA).includes(decorator)) return UNKNOWN;
  return { kind: 'data', type: typeof type === 'function' ? type : undefined };
}

function isPlainPipe(pipe: object): boolean {
  return PLAIN_PIPES.some((type) => pipe instanceof type);
}

/** What the pipe of `@ModelParam()` reads. */
function entityOf(
  { model, param, load = [], lock = false, dataSource }: ModelParamDefinition,
  container: Container,
): ParameterSource {
  const source = dataSourceIn(container, dataSource);
  if (!source?.hasMetadata(model)) return UNKNOWN;
  return {
    kind: 'entity',
    metadata: source.getMetadata(model),
    load,
    isLocked: lock !== false,
    origin: `@ModelParam(${model.name}, '${param}')`,
  };
}

function dataSourceIn({ modules }: Container, name: string | undefined): DataSource | undefined {
  const token = dataSourceToken(name);
  for (const { providers } of modules.values()) {
    const instance: unknown = providers.get(token as string)?.instance;
    if (instance instanceof DataSource) return instance;
  }
  return undefined;
}
