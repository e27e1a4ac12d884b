import { QueryFailedError } from 'typeorm';
import {
  OptimisticLockError,
  RecordNotFoundError,
  TransactionAbortedError,
  TransactionOutcomeUnknownError,
} from 'nestjs-sqlmodel-ext';
import type { EndRecord } from './log-record.js';

/** Thrown by a program that wants its transaction, or savepoint, undone. */
export class Undone extends Error {}

/** Duplicate key, missing shelf, serialization failure, deadlock: somebody else was there. */
const RIGHTFUL_CODES: readonly unknown[] = ['23505', '23503', '40001', '40P01'];

/** What an error says about the write that it ended. */
export interface WriteError {
  readonly outcome: EndRecord['outcome'];
  readonly name: string;
  /** Whether it has to be expected. */
  readonly isRightful: boolean;
}

export function writeErrorOf(error: unknown): WriteError {
  if (error instanceof Undone) return { outcome: 'rolled back', name: 'undone', isRightful: true };
  const name = nameOf(error);
  if (error instanceof TransactionOutcomeUnknownError) return { outcome: 'unknown', name, isRightful: false };
  return { outcome: 'failed', name, isRightful: isRightful(error, name) };
}

function isRightful(error: unknown, name: string): boolean {
  if (error instanceof OptimisticLockError || error instanceof RecordNotFoundError) return true;
  if (error instanceof TransactionAbortedError) return isRightful(error.cause, nameOf(error.cause));
  if (error instanceof QueryFailedError) return RIGHTFUL_CODES.includes((error.driverError as { code?: unknown }).code);
  return name === 'CacheUnavailableError';
}

function nameOf(error: unknown): string {
  if (error instanceof QueryFailedError)
    return `QueryFailedError ${(error.driverError as { code?: string }).code ?? ''}`;
  return error instanceof Error ? error.name : String(error);
}
