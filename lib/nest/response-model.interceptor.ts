import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { instanceToPlain, type ClassTransformOptions } from 'class-transformer';
import { concatMap, type Observable } from 'rxjs';
import { IncompleteResponseError } from '../errors/index.js';
import { answerParts } from './answer-parts.js';
import { noteAnswerVersion } from './answer-version.js';
import { loadShownRelations } from './load-shown-relations.js';
import { projection } from './projection.js';
import { RESPONSE_MODEL, RESPONSE_RELATIONS } from './response-metadata.js';
import { ResponsePlan } from './response-plan.js';
import type { ResponseRelations } from './response-relations.js';
import { NO_OPTIONS } from './response-shape.js';
import { serializeOptionsOf } from './serialize-options.js';

/** Loads what the declared response model shows, and answers with its properties alone. */
@Injectable()
export class ResponseModelInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const model = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function;
    const relations = Reflect.getMetadata(RESPONSE_RELATIONS, handler) as ResponseRelations | undefined;
    const options = serializeOptionsOf(handler, context.getClass()) ?? NO_OPTIONS;
    const name = `${context.getClass().name}.${handler.name}`;
    const shape = (answer: object): Promise<unknown> => respond(name, model, relations, options, answer);
    const inParts = answerParts(context);
    // An observable may carry promises; Nest awaits them too. Its answers keep their order.
    return next.handle().pipe(
      concatMap(async (given: unknown) => {
        const answer = await given;
        const shaped = await inParts(answer, shape);
        noteAnswerVersion(context, answer);
        return shaped;
      }),
    );
  }
}

async function respond(
  handler: string,
  model: Function,
  given: ResponseRelations | undefined,
  options: ClassTransformOptions,
  answer: object,
): Promise<unknown> {
  const plan = ResponsePlan.of(model, options);
  const relations = await loadShownRelations(plan, answer, given);
  if (!relations.missing.isEmpty) {
    throw new IncompleteResponseError(handler, model.name, relations.missing.sorted());
  }
  const { value, isOpen } = projection(plan, answer, relations);
  return instanceToPlain(value, isOpen ? { enableCircularCheck: true, ...options } : options);
}
