import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { instanceToPlain, type ClassTransformOptions } from 'class-transformer';
import { mergeMap, type Observable } from 'rxjs';
import { loadShownRelations } from './load-shown-relations.js';
import { projection } from './projection.js';

export const RESPONSE_MODEL = 'nestjs-sqlmodel-ext:response-model';

/** Whether a handler answers a plain list: for OpenAPI. */
export const RESPONSE_IS_LIST = 'nestjs-sqlmodel-ext:response-is-list';

/** Where `@SerializeOptions()` keeps its argument. */
const SERIALIZE_OPTIONS = 'class_serializer:options';

/** Loads what the declared response model shows, and answers with its fields alone. */
@Injectable()
export class ResponseModelInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const model = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function;
    const options = (Reflect.getMetadata(SERIALIZE_OPTIONS, handler) ??
      Reflect.getMetadata(SERIALIZE_OPTIONS, context.getClass())) as ClassTransformOptions | undefined;
    return next.handle().pipe(mergeMap((answer: unknown) => respond(model, answer, options)));
  }
}

async function respond(model: Function, given: unknown, options: ClassTransformOptions | undefined): Promise<unknown> {
  // An observable may carry promises; Nest awaits them too.
  const answer = await given;
  if (typeof answer !== 'object' || answer === null) return answer;
  await loadShownRelations(model, answer);
  return instanceToPlain(projection(model, answer), options);
}
