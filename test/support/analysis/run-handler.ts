import type { INestApplicationContext } from '@nestjs/common';
import { ID } from './seed.js';

/** Runs a handler with the id of a row for every parameter, and consumes what it streams. */
export async function runHandler(app: INestApplicationContext, controller: Function, method: string): Promise<void> {
  const instance = app.get<Record<string, (...args: unknown[]) => unknown>>(controller);
  const result: unknown = await instance[method](ID, ID, ID, ID);
  if (isIterable(result)) for await (const _ of result);
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
