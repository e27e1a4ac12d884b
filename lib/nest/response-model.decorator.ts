import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import { RESPONSE_IS_LIST, RESPONSE_MODEL, RESPONSE_RELATIONS } from './response-metadata.js';
import { ResponseModelInterceptor } from './response-model.interceptor.js';

/** Options of `@ResponseModel()`. */
export interface ResponseModelOptions {
  /**
   * Relations that the model shows and the handler did not load: `load` them in batches, or `throw` an error that
   * names all of them. Default: what `forRoot()` says.
   */
  readonly relations?: 'load' | 'throw';
}

const OPTIONS = ['relations'];

/**
 * What a handler answers: `@ResponseModel(ArticleResponse)`, `@ResponseModel(ListResponseOf(ArticleResponse))`, or
 * `@ResponseModel([ArticleResponse])` for a plain list. Also the answer's schema in OpenAPI.
 *
 * Relations that the model shows, at any depth, are loaded when they are missing: one query for each relation and
 * level, whatever the number of entities. Then exactly the declared properties go out. What is no entity (a plain
 * object, text, a file) loads nothing.
 *
 * Answers are finite. A response model is not loaded again below itself: where `ArticleResponse` shows its author and
 * `UserResponse` shows articles, an article's author comes without articles, unless the handler has loaded them. The
 * exception is a relation of a model to itself: a tree (`parent`, `children`) is loaded to its end, a many-to-many
 * relation (`friends`) once.
 *
 * @throws ConfigurationError at class definition when the model is not a class, and for unknown options
 */
export function ResponseModel(
  answer: Function | readonly [Function],
  options: ResponseModelOptions = {},
): MethodDecorator {
  const isList = Array.isArray(answer);
  const model = (isList ? (answer as readonly [Function])[0] : answer) as Function;
  if (typeof model !== 'function') {
    throw new ConfigurationError(
      '@ResponseModel(): the model is not a class: with a circular import it is still undefined here. Move it to a file of its own.',
    );
  }
  checkOptions(model, options);
  return (prototype, name, descriptor) => {
    SetMetadata(RESPONSE_MODEL, model)(prototype, name, descriptor);
    SetMetadata(RESPONSE_IS_LIST, isList)(prototype, name, descriptor);
    SetMetadata(RESPONSE_RELATIONS, options.relations)(prototype, name, descriptor);
    UseInterceptors(ResponseModelInterceptor)(prototype, name, descriptor as PropertyDescriptor);
  };
}

function checkOptions(model: Function, options: ResponseModelOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    throw new ConfigurationError(
      `@ResponseModel(${model.name}): unknown option '${name}'. Allowed are ${OPTIONS.join(', ')}.`,
      { option: name },
    );
  }
  const { relations } = options as { relations?: unknown };
  if (relations !== undefined && relations !== 'load' && relations !== 'throw') {
    throw new ConfigurationError(
      `@ResponseModel(${model.name}): 'relations' must be load or throw, but is ${JSON.stringify(relations)}.`,
      { option: 'relations' },
    );
  }
}
