import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import { RESPONSE_IS_LIST, RESPONSE_MODEL, ResponseModelInterceptor } from './response-model.interceptor.js';

/**
 * What a handler answers: `@ResponseModel(ArticleResponse)` or
 * `@ResponseModel(ListResponseOf(ArticleResponse))`, or `@ResponseModel([ArticleResponse])` for a plain list. Relations that the model shows are loaded when they
 * are missing, one level deep, in batches; then exactly the declared fields go out. Also the answer's
 * schema in OpenAPI.
 *
 * @throws ConfigurationError at class definition when the model is not a class
 */
export function ResponseModel(answer: Function | readonly [Function]): MethodDecorator {
  const isList = Array.isArray(answer);
  const model = (isList ? (answer as readonly [Function])[0] : answer) as Function;
  if (typeof model !== 'function') {
    throw new ConfigurationError(
      '@ResponseModel(): the model is not a class: with a circular import it is still undefined here. Move it to a file of its own.',
    );
  }
  return (prototype, name, descriptor) => {
    SetMetadata(RESPONSE_MODEL, model)(prototype, name, descriptor);
    SetMetadata(RESPONSE_IS_LIST, isList)(prototype, name, descriptor);
    UseInterceptors(ResponseModelInterceptor)(prototype, name, descriptor as PropertyDescriptor);
  };
}
