import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { instanceToPlain } from 'class-transformer';
import { mergeMap, type Observable } from 'rxjs';
import { loadShownRelations } from './load-shown-relations.js';
import { projection } from './projection.js';

export const RESPONSE_MODEL = 'nestjs-sqlmodel-ext:response-model';

/** Loads what the declared response model shows, and answers with its fields alone. */
@Injectable()
export class ResponseModelInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const model = Reflect.getMetadata(RESPONSE_MODEL, context.getHandler()) as Function;
    return next.handle().pipe(mergeMap((answer: unknown) => respond(model, answer)));
  }
}

async function respond(model: Function, answer: unknown): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null) return answer;
  await loadShownRelations(model, answer);
  return instanceToPlain(projection(model, answer));
}
