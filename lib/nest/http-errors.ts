import { HttpException, HttpStatus } from '@nestjs/common';
import {
  CacheUnavailableError,
  ConflictingRelationError,
  ConnectionWaitTimeoutError,
  EmptyConditionError,
  InvalidFieldValueError,
  LockNotAvailableError,
  MultipleRecordsFoundError,
  OptimisticLockError,
  PreconditionFailedError,
  PreconditionRequiredError,
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
import { conflictKind } from '../locking/index.js';

/** How an error class is answered. */
interface HttpAnswer<Failure extends SqlModelExtError = SqlModelExtError> {
  readonly status: HttpStatus;
  /** What the client reads. The error's own message is for developers: it names fixes, files and other fields. */
  readonly say: (error: Failure) => string | string[];
}

function answer<Failure extends SqlModelExtError>(
  type: abstract new (...args: never[]) => Failure,
  status: HttpStatus,
  say: HttpAnswer<Failure>['say'],
): [Function, HttpAnswer] {
  return [type, { status, say } as unknown as HttpAnswer];
}

/** The errors that a client may read; all others are 500 and say nothing. */
const HTTP_ANSWERS: ReadonlyMap<Function, HttpAnswer> = new Map([
  answer(RecordNotFoundError, HttpStatus.NOT_FOUND, ({ detail }) => detail),
  answer(MultipleRecordsFoundError, HttpStatus.CONFLICT, ({ fields }) => `More than one ${text(fields.model)} matches`),
  answer(
    ConflictingRelationError,
    HttpStatus.BAD_REQUEST,
    ({ fields }) => `${text(fields.relation)} and ${text(fields.foreignKey)} name different records: send one of them`,
  ),
  answer(
    UnknownRelationError,
    HttpStatus.BAD_REQUEST,
    ({ fields }) => `'${text(fields.path)}' is not a relation of ${text(fields.model)}`,
  ),
  answer(
    UnknownFieldError,
    HttpStatus.BAD_REQUEST,
    ({ fields }) => `${quoted(fields.names)}: not a field of ${text(fields.model)}`,
  ),
  answer(
    ProtectedFieldError,
    HttpStatus.BAD_REQUEST,
    ({ fields }) => `${quoted(fields.names)} of ${text(fields.model)} cannot be set`,
  ),
  answer(InvalidFieldValueError, HttpStatus.BAD_REQUEST, ({ violations }) => violations.map(({ message }) => message)),
  answer(
    EmptyConditionError,
    HttpStatus.BAD_REQUEST,
    ({ fields }) => `The condition for deleting ${text(fields.model)} records is empty`,
  ),
  answer(OptimisticLockError, HttpStatus.CONFLICT, ({ fields, reason }) =>
    reason === 'deleted'
      ? `This ${text(fields.model)} was deleted by somebody else`
      : `This ${text(fields.model)} was changed by somebody else. Read it again and repeat the change`,
  ),
  answer(
    LockNotAvailableError,
    HttpStatus.CONFLICT,
    ({ fields }) => `This ${text(fields.model)} is being changed by somebody else. Try again in a moment`,
  ),
  answer(
    PreconditionFailedError,
    HttpStatus.PRECONDITION_FAILED,
    ({ fields }) => `This ${text(fields.model)} has changed since it was read: If-Match names another version`,
  ),
  answer(
    PreconditionRequiredError,
    HttpStatus.PRECONDITION_REQUIRED,
    ({ fields }) => `Send the ETag of this ${text(fields.model)} as If-Match`,
  ),
  answer(
    ConnectionWaitTimeoutError,
    HttpStatus.SERVICE_UNAVAILABLE,
    () => 'The database is busy. Try again in a moment',
  ),
  answer(
    CacheUnavailableError,
    HttpStatus.SERVICE_UNAVAILABLE,
    () => 'Changes cannot be stored at the moment. Try again in a moment',
  ),
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
    const known = httpAnswerOf(error.constructor);
    return known && exceptionOf(known.status, error.code, known.say(error), error);
  }
  // A deadlock or the like that nobody has tried again, or too often.
  if (conflictKind(error) !== undefined) {
    const message = 'Somebody else is changing the same records. Try again in a moment';
    return exceptionOf(HttpStatus.CONFLICT, 'WRITE_CONFLICT', message, error);
  }
  const violation = sanitizeIntegrityError(error, wording);
  if (!violation) return undefined;
  const { status, code } = INTEGRITY[violation.kind];
  return exceptionOf(status, code, violation.message, error);
}

/** The status of an error class of this library, where it is not that of its cause. */
export function httpStatusOf(type: Function): HttpStatus {
  return httpAnswerOf(type)?.status ?? HttpStatus.INTERNAL_SERVER_ERROR;
}

/** The answer of an error class, or of the nearest class that it extends. */
function httpAnswerOf(errorType: Function): HttpAnswer | undefined {
  for (let type: unknown = errorType; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const known = HTTP_ANSWERS.get(type);
    if (known) return known;
  }
  return undefined;
}

const NAMES: Readonly<Partial<Record<HttpStatus, string>>> = {
  [HttpStatus.BAD_REQUEST]: 'Bad Request',
  [HttpStatus.NOT_FOUND]: 'Not Found',
  [HttpStatus.CONFLICT]: 'Conflict',
  [HttpStatus.PRECONDITION_FAILED]: 'Precondition Failed',
  [HttpStatus.PRECONDITION_REQUIRED]: 'Precondition Required',
  [HttpStatus.UNPROCESSABLE_ENTITY]: 'Unprocessable Entity',
  [HttpStatus.SERVICE_UNAVAILABLE]: 'Service Unavailable',
};

function exceptionOf(status: HttpStatus, code: string, message: string | string[], cause: unknown): HttpException {
  return new HttpException({ statusCode: status, message, error: NAMES[status], code }, status, { cause });
}

function quoted(names: unknown): string {
  return (names as string[]).map((name) => `'${name}'`).join(', ');
}

function text(name: unknown): string {
  return name as string;
}
