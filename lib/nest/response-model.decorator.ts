import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { ResponseModelInterceptor, RESPONSE_MODEL } from './response-model.interceptor.js';

/**
 * What a handler answers: `@ResponseModel(ArticleResponse)` or
 * `@ResponseModel(ListResponseOf(ArticleResponse))`. Relations that the model shows are loaded when they
 * are missing, one level deep, in batches; then exactly the declared fields go out. Also the answer's
 * schema in OpenAPI.
 */
export function ResponseModel(model: Function): MethodDecorator {
  return (prototype, name, descriptor) => {
    SetMetadata(RESPONSE_MODEL, model)(prototype, name, descriptor);
    UseInterceptors(ResponseModelInterceptor)(prototype, name, descriptor as PropertyDescriptor);
  };
}
