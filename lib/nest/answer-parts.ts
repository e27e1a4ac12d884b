import { Readable } from 'node:stream';
import { types } from 'node:util';
import { StreamableFile, type ExecutionContext } from '@nestjs/common';

const SSE = '__sse__';

type Shape = (answer: object) => Promise<unknown>;

/**
 * Finds in what a handler gives the part that its response model describes: all of it, or the `data` of an event and of
 * a WebSocket message, or each object of a stream. Text, binary data, files and the streams of them go out as they are.
 */
export function answerParts(context: ExecutionContext): (answer: unknown, shape: Shape) => Promise<unknown> {
  if (Reflect.hasMetadata(SSE, context.getHandler())) return inEvent;
  if (context.getType() === 'ws') return inMessage;
  return context.getType() === 'http' ? inHttpAnswer : inAnswer;
}

async function inAnswer(answer: unknown, shape: Shape): Promise<unknown> {
  return isShapeable(answer) ? shape(answer) : answer;
}

async function inHttpAnswer(answer: unknown, shape: Shape): Promise<unknown> {
  return isStreamOfAnswers(answer) ? shapedStream(answer, shape) : inAnswer(answer, shape);
}

/** An event of `@Sse()`: Nest takes every object for one. Its fields may be getters. */
async function inEvent(event: unknown, shape: Shape): Promise<unknown> {
  if (typeof event !== 'object' || event === null) return event;
  const { type, id, retry, comment, data } = event as Record<string, unknown>;
  return isShapeable(data) ? { type, id, retry, comment, data: await shape(data) } : event;
}

async function inMessage(message: unknown, shape: Shape): Promise<unknown> {
  if (!isShapeable(message) || !('event' in message) || !('data' in message)) return inAnswer(message, shape);
  return { ...message, data: await inAnswer(message.data, shape) };
}

function isShapeable(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof StreamableFile) return false;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return false;
  // A web `Response`, and everything that is read piece by piece.
  if (Object.prototype.toString.call(value) === '[object Response]') return false;
  return !(Symbol.asyncIterator in value) && typeof (value as { pipe?: unknown }).pipe !== 'function';
}

interface AnswerStream extends AsyncIterable<unknown> {
  readonly readableObjectMode?: boolean;
  readonly locked?: boolean;
  destroy?(): unknown;
  cancel?(): Promise<unknown>;
}

/** What Nest sends piece by piece, objects as lines of JSON. What somebody has read from already is left to Nest to refuse. */
function isStreamOfAnswers(value: unknown): value is AnswerStream {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value) || 'then' in value) return false;
  const { readableObjectMode, locked } = value as AnswerStream;
  return readableObjectMode !== false && locked !== true && !Readable.isDisturbed(value as Readable);
}

/** Not a generator: one that is never begun, as for a HEAD request, would not end the stream either. */
function shapedStream(stream: AnswerStream, shape: Shape): AsyncIterableIterator<unknown> {
  let iterator: AsyncIterator<unknown> | undefined;
  const end = async (): Promise<void> => {
    stream.destroy?.();
    await (iterator ? iterator.return?.() : stream.cancel?.());
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      iterator ??= stream[Symbol.asyncIterator]();
      const result = await iterator.next();
      if (result.done === true) return result;
      try {
        return { done: false, value: await inAnswer(result.value, shape) };
      } catch (error) {
        await end();
        throw error;
      }
    },
    async return(value: unknown) {
      await end();
      return { done: true, value };
    },
  };
}
