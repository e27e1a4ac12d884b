import type { ExecutionContext } from '@nestjs/common';
import { columnProperty, entityState } from '../hydration/index.js';

const SSE = '__sse__';

const versions = new WeakMap<object, string>();

/** Keeps the version of the entity that a handler answers with; what is no single versioned entity has none. */
export function noteAnswerVersion(context: ExecutionContext, answer: unknown): void {
  if (context.getType<string>() !== 'http' || Reflect.hasMetadata(SSE, context.getHandler())) return;
  const request = context.switchToHttp().getRequest<object>();
  const version = versionOf(answer);
  if (version === undefined) versions.delete(request);
  else versions.set(request, version);
}

/** The version of the entity that a request is answered with, as `noteAnswerVersion()` has kept it. */
export function answerVersion(request: object): string | undefined {
  return versions.get(request);
}

function versionOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const column = entityState(answer)?.metadata.versionColumn;
  const version = column && columnProperty(answer, column);
  return typeof version === 'number' || typeof version === 'string' || typeof version === 'bigint'
    ? String(version)
    : undefined;
}
