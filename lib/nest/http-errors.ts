import { HttpException, HttpStatus } from '@nestjs/common';
import {
  ConflictingRelationError,
  ConnectionWaitTimeoutError,
  EmptyConditionError,
  InvalidFieldValueError,
  MultipleRecordsFoundError,
  ProtectedFieldError,
  RecordNotFoundError,
  sanitizeIntegrityError,
  SqlModelExtError,
  TransactionAbortedError,
  UnknownFieldError,
  UnknownRelationError,
  type IntegrityViolation,
  type IntegrityWording,
} from '../errors/index.js';

/** HTTP status of the errors that a client may read; all others are 500 and say nothing. */
export const HTTP_STATUS: ReadonlyMap<Function, HttpStatus> = new Map<Function, HttpStatus>([
  [RecordNotFoundError, HttpStatus.NOT_FOUND],
  [MultipleRecordsFoundError, HttpStatus.CONFLICT],
  [ConflictingRelationError, HttpStatus.BAD_REQUEST],
  [UnknownRelationError, HttpStatus.BAD_REQUEST],
  [UnknownFieldError, HttpStatus.BAD_REQUEST],
  [ProtectedFieldError, HttpStatus.BAD_REQUEST],
  [InvalidFieldValueError, HttpStatus.BAD_REQUEST],
  [EmptyConditionError, HttpStatus.BAD_REQUEST],
  [ConnectionWaitTimeoutError, HttpStatus.SERVICE_UNAVAILABLE],
]);

const INTEGRITY: Readonly<Record<IntegrityViolation['kind'], { status: HttpStatus; code: string }>> = {
  unique: { status: HttpStatus.CONFLICT, code: 'UNIQUE_VIOLATION' },
  foreignKey: { status: HttpStatus.CONFLICT, code: 'FOREIGN_KEY_VIOLATION' },
  check: { status: HttpStatus.UNPROCESSABLE_ENTITY, code: 'CHECK_VIOLATION' },
  notNull: { status: HttpStatus.BAD_REQUEST, code: 'NOT_NULL_VIOLATION' },
  data: { status: HttpStatus.BAD_REQUEST, code: 'DATA_VIOLATION' },
};

/** The same error as an HTTP answer, or undefined when clients may not read it. */
export function toHttpException(error: unknown, wording: IntegrityWording): HttpException | undefined {
  if (error instanceof TransactionAbortedError) return toHttpException(error.cause, wording);
  if (error instanceof SqlModelExtError) {
    const status = HTTP_STATUS.get(error.constructor);
    return status === undefined ? undefined : answer(status, error.code, messageOf(error), error);
  }
  const violation = sanitizeIntegrityError(error, wording);
  if (!violation) return undefined;
  const { status, code } = INTEGRITY[violation.kind];
  return answer(status, code, violation.message, error);
}

function messageOf(error: SqlModelExtError): string | string[] {
  if (error instanceof InvalidFieldValueError) return error.violations.map(({ message }) => message);
  return error instanceof RecordNotFoundError ? error.detail : error.message;
}

const NAMES: Readonly<Partial<Record<HttpStatus, string>>> = {
  [HttpStatus.BAD_REQUEST]: 'Bad Request',
  [HttpStatus.NOT_FOUND]: 'Not Found',
  [HttpStatus.CONFLICT]: 'Conflict',
  [HttpStatus.UNPROCESSABLE_ENTITY]: 'Unprocessable Entity',
  [HttpStatus.SERVICE_UNAVAILABLE]: 'Service Unavailable',
};

function answer(status: HttpStatus, code: string, message: string | string[], cause: unknown): HttpException {
  return new HttpException({ statusCode: status, message, error: NAMES[status], code }, status, { cause });
}
