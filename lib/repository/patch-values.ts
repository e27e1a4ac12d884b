import type { ObjectLiteral } from 'typeorm';
import {
  InvalidFieldValueError,
  nearNames,
  NotAnEntityError,
  ProtectedFieldError,
  UnknownFieldError,
} from '../errors/index.js';
import { columnProperty } from '../hydration/index.js';
import { relationValue, setRelationValue } from '../relations/index.js';
import { isKeptByServer, type Column, type ModelFacts } from './model-facts.js';
import type { UpdateOptions } from './query-options.js';
import { checkedValues, setColumnProperty } from './row-values.js';

/** The values of a patch by column, and those of them that only trusted code may set. */
export interface PatchValues {
  readonly values: ReadonlyMap<Column, unknown>;
  readonly trusted: ReadonlySet<Column>;
}

interface Reading {
  readonly values: Map<Column, unknown>;
  readonly trusted: Set<Column>;
  readonly unknown: string[];
  readonly guarded: string[];
}

/**
 * What a patch sets: keys that are undefined or excluded are left out, embedded objects are taken apart.
 *
 * @throws UnknownFieldError, ProtectedFieldError
 */
export function patchValues(
  facts: ModelFacts,
  patch: unknown,
  { exclude = [], extra = {} }: UpdateOptions<ObjectLiteral>,
): PatchValues {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw new NotAnEntityError(facts.name, `${String(patch)} as the patch`, 'update');
  }
  const reading: Reading = { values: new Map(), trusted: new Set(), unknown: [], guarded: [] };
  reading.unknown.push(...exclude.filter((name) => !facts.names.has(name.split('.', 1)[0])));
  read(facts, patch, '', false, exclude, reading);
  read(facts, extra, '', true, [], reading);
  if (reading.unknown.length > 0) {
    const names = facts.updatable.map(({ propertyPath }) => propertyPath);
    throw new UnknownFieldError(facts.name, reading.unknown, nearNames(reading.unknown[0], names));
  }
  if (reading.guarded.length > 0) throw new ProtectedFieldError(facts.name, reading.guarded);
  return reading;
}

/** Sets checked values on an entity; the function it gives puts the old ones back. */
export function assignValues(
  facts: ModelFacts,
  entity: ObjectLiteral,
  values: ReadonlyMap<Column, unknown>,
): () => void {
  const trial = facts.metadata.create() as ObjectLiteral;
  for (const [column, value] of values) setColumnProperty(trial, column, value);
  const violations = checkedValues(facts, trial, [...values.keys()]);
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
  const old = [...values.keys()].map((column) => [column, columnProperty(entity, column)] as const);
  const loaded = facts.owning.map((relation) => [relation, relationValue(entity, relation)] as const);
  for (const column of values.keys()) setColumnProperty(entity, column, columnProperty(trial, column));
  return () => {
    for (const [column, value] of old) setColumnProperty(entity, column, value);
    for (const [relation, value] of loaded) {
      // One that is as it was may have been assigned and is still to be written.
      if (value !== undefined && relationValue(entity, relation) !== value) setRelationValue(entity, relation, value);
    }
  };
}

function read(
  facts: ModelFacts,
  source: object,
  path: string,
  trusted: boolean,
  exclude: readonly string[],
  reading: Reading,
): void {
  const { metadata } = facts;
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || exclude.includes(path + name)) continue;
    const propertyPath = path + name;
    const column = metadata.columns.find((each) => each.propertyPath === propertyPath && !each.isVirtual);
    const isEmbedded = metadata.allEmbeddeds.some((embedded) => embedded.propertyPath === propertyPath);
    if (isEmbedded && typeof value === 'object' && value !== null) {
      read(facts, value as object, `${propertyPath}.`, trusted, exclude, reading);
    } else if (column && mayPatch(column)) {
      reading.values.set(column, value);
    } else if (column && trusted && mayTrustedSet(column)) {
      reading.values.set(column, value);
      reading.trusted.add(column);
    } else if (column || isEmbedded || metadata.relations.some((relation) => relation.propertyPath === propertyPath)) {
      reading.guarded.push(propertyPath);
    } else {
      reading.unknown.push(propertyPath);
    }
  }
}

function mayPatch(column: Column): boolean {
  return !column.isPrimary && !isKeptByServer(column) && !column.isDeleteDate && column.isUpdate;
}

/** Timestamps may come from trusted code; keys, versions and what the database generates may not. */
function mayTrustedSet(column: Column): boolean {
  return column.isCreateDate || column.isUpdateDate || column.isDeleteDate;
}
