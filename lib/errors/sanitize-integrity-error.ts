import { QueryFailedError } from 'typeorm';
import type { IntegrityViolation, IntegrityWording } from './integrity-violation.js';

type Kind = IntegrityViolation['kind'];

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly constraint?: string;
  readonly table?: string;
  readonly message?: string;
  readonly sqlMessage?: string;
}

interface Finding {
  readonly kind: Kind;
  readonly constraint?: string;
  /** A sentence that the application's own trigger raised. */
  readonly raised?: string;
}

const SENTENCES: Readonly<Record<Kind, string>> = {
  unique: 'A record with these values already exists',
  foreignKey: 'A record that this one refers to does not exist, or this one is still referred to',
  check: 'The values are not allowed together',
  notNull: 'A required value is missing',
  data: 'A value does not fit its field',
};

/**
 * What an error of the database says about integrity, in words that are safe to show: messages that the
 * application's triggers raise pass through, everything else never tells names of tables, columns or values.
 *
 * @returns undefined for errors that are not about integrity
 */
export function sanitizeIntegrityError(error: unknown, wording: IntegrityWording = {}): IntegrityViolation | undefined {
  const finding = findingOf(error);
  if (!finding) return undefined;
  const { kind, constraint, raised } = finding;
  const registered =
    constraint !== undefined && wording.messages && Object.hasOwn(wording.messages, constraint)
      ? wording.messages[constraint]
      : undefined;
  return {
    kind,
    message: raised ?? registered ?? wording.defaultMessage ?? SENTENCES[kind],
    ...(constraint === undefined ? {} : { constraint }),
  };
}

function findingOf(error: unknown): Finding | undefined {
  const driverError = (error instanceof QueryFailedError ? error.driverError : error) as DriverError | undefined;
  if (typeof driverError !== 'object' || driverError === null) return undefined;
  const { code, errno } = driverError;
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return sqlite(driverError, code);
  if (typeof errno === 'number') return mysql(driverError, errno);
  return typeof code === 'string' ? postgres(driverError, code) : undefined;
}

function postgres(error: DriverError, code: string): Finding | undefined {
  const { constraint, table } = error;
  switch (code) {
    case '23505':
    case '23P01':
      return { kind: 'unique', constraint };
    case '23001':
    case '23503':
      return { kind: 'foreignKey', constraint };
    case '23502':
      return { kind: 'notNull' };
    case '23514':
      // A declared constraint has a name, a refused partition a table; a trigger's RAISE has only its own words.
      return constraint === undefined && table === undefined
        ? { kind: 'check', raised: firstLine(error.message) }
        : { kind: 'check', constraint };
    case '22P02':
    case '22001':
    case '22003':
    case '22007':
    case '22008':
    case '22021':
    case '22P05':
      return { kind: 'data' };
    default:
      return undefined;
  }
}

function mysql(error: DriverError, errno: number): Finding | undefined {
  const text = error.sqlMessage ?? error.message ?? '';
  switch (errno) {
    case 1062:
    case 1586:
      return { kind: 'unique', constraint: /for key '(?:[^'.]+\.)?([^']+)'/.exec(text)?.[1] };
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return { kind: 'foreignKey', constraint: /CONSTRAINT `([^`]+)`/.exec(text)?.[1] };
    case 1048:
    case 1263:
    case 1364:
      return { kind: 'notNull' };
    case 3819:
    case 4025:
      return { kind: 'check', constraint: /constraint [`']([^`']+)[`']/i.exec(text)?.[1] };
    case 1644:
      return { kind: 'check', raised: firstLine(text) };
    case 1264:
    case 1265:
    case 1292:
    case 1300:
    case 1366:
    case 1406:
    case 1525:
    case 1690:
    case 3140:
      return { kind: 'data' };
    default:
      return undefined;
  }
}

function sqlite(error: DriverError, code: string): Finding | undefined {
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return { kind: 'unique' };
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
      return { kind: 'foreignKey' };
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return { kind: 'notNull' };
    case 'SQLITE_CONSTRAINT_CHECK':
      return { kind: 'check', constraint: /CHECK constraint failed: (\w+)$/.exec(error.message ?? '')?.[1] };
    case 'SQLITE_CONSTRAINT_TRIGGER':
      // SQLite runs ON DELETE RESTRICT as a trigger of its own.
      if (error.message === 'FOREIGN KEY constraint failed') return { kind: 'foreignKey' };
      return { kind: 'check', raised: firstLine(error.message) };
    case 'SQLITE_CONSTRAINT_DATATYPE':
    case 'SQLITE_MISMATCH':
    case 'SQLITE_TOOBIG':
      return { kind: 'data' };
    default:
      return undefined;
  }
}

function firstLine(message: string | undefined): string | undefined {
  const line = message
    ?.split('\n', 1)[0]
    .replace(/^ERROR:\s*/, '')
    .trim();
  return line === '' ? undefined : line;
}
