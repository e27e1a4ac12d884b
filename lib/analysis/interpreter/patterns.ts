import type { AssignmentProperty, MemberExpression, ObjectPattern, Pattern } from 'acorn';
import { MAYBE, withRelation, type EntityCell } from './cell.js';
import { oneOf } from './entities.js';
import { itemsOf } from './literals.js';
import { placeOf, readProperty } from './read-property.js';
import type { Run } from './run.js';
import { alternatives, UNDEFINED, UNKNOWN, union, type Value } from './value.js';

const NOWHERE = { type: 'EmptyStatement', start: 0, end: 0 } as const;

/** Gives a value to what a pattern names. */
export function assignPattern(run: Run, pattern: Pattern, value: Value, declare: boolean): void {
  switch (pattern.type) {
    case 'Identifier': {
      const { scope } = run.frame;
      const variable = declare ? scope.declare(pattern.name) : scope.find(pattern.name);
      if (variable !== undefined) run.state.write(variable, value);
      return;
    }
    case 'MemberExpression':
      assignMember(run, pattern, value);
      return;
    case 'AssignmentPattern': {
      const isMissing = alternatives(value).some((one) => one.kind === 'constant' && one.value === undefined);
      const given = alternatives(value).filter((one) => !(one.kind === 'constant' && one.value === undefined));
      const fallback = isMissing || value.kind === 'unknown' ? [run.evaluate(pattern.right)] : [];
      run.assign(pattern.left, value.kind === 'unknown' ? UNKNOWN : union([...given, ...fallback]), declare);
      return;
    }
    case 'ObjectPattern':
      takeApart(run, pattern, value, declare);
      return;
    case 'ArrayPattern':
      pattern.elements.forEach((element, index) => {
        if (!element) return;
        if (element.type === 'RestElement') run.assign(element.argument, value, declare);
        else run.assign(element, elementAt(run, value, index), declare);
      });
      return;
    case 'RestElement':
      run.assign(pattern.argument, UNKNOWN, declare);
      return;
  }
}

function elementAt(run: Run, value: Value, index: number): Value {
  return union(
    alternatives(value).map((one) => {
      const items = itemsOf(run, one);
      if (items) return items[index] ?? UNDEFINED;
      const cell = run.cellOf(one);
      return cell?.kind === 'list' ? oneOf(run, cell.element) : UNKNOWN;
    }),
  );
}

/**
 * Takes an object apart.
 *
 * @param isBesideRest whether something else takes the rest of it
 */
export function takeApart(
  run: Run,
  pattern: ObjectPattern,
  value: Value,
  declare: boolean,
  isBesideRest = false,
): void {
  // `const { author, ...rest } = article` leaves the author out; it does not use it.
  const leavesOut = isBesideRest || pattern.properties.some(({ type }) => type === 'RestElement');
  const taken: (string | undefined)[] = [];
  for (const property of pattern.properties) {
    if (property.type === 'RestElement') {
      run.assign(property.argument, restOf(run, value, taken), declare);
      continue;
    }
    const name = keyOf(run, property);
    const read =
      name === undefined ? UNKNOWN : readProperty(run, value, name, property.key, leavesOut ? 'omitted' : 'value');
    taken.push(name);
    run.assign(property.value, read, declare);
  }
}

/** What an object has besides the fields that were taken out. */
function restOf(run: Run, value: Value, taken: readonly (string | undefined)[]): Value {
  const cell = run.cellOf(value);
  if (cell?.kind !== 'object' || taken.includes(undefined)) return UNKNOWN;
  const fields = new Map([...cell.fields].filter(([name]) => !taken.includes(name)));
  return run.state.make({ kind: 'object', fields, isOpen: cell.isOpen, type: undefined });
}

/** The name of a property in a literal or a pattern; undefined: it is worked out. */
export function keyOf(run: Run, { key, computed }: Pick<AssignmentProperty, 'key' | 'computed'>): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name;
  if (key.type === 'Literal') return String(key.value);
  const value = computed ? run.evaluate(key) : UNKNOWN;
  return value.kind === 'constant' ? String(value.value) : undefined;
}

function assignMember(run: Run, member: MemberExpression, value: Value): void {
  if (member.object.type === 'Super') return;
  const object = run.evaluate(member.object);
  const name = memberName(run, member);
  const targets = alternatives(object);
  for (const target of targets) assignTo(run, target, name, value, targets.length === 1);
}

/** The name of the property that a member expression is about; undefined: it is worked out. */
export function memberName(run: Run, { property, computed }: MemberExpression): string | undefined {
  if (property.type === 'PrivateIdentifier') return `#${property.name}`;
  if (!computed && property.type === 'Identifier') return property.name;
  const value = run.evaluate(property);
  return value.kind === 'constant' ? String(value.value) : undefined;
}

/** Assigns a property of an object; `isSure`: it is this object for certain. */
export function assignTo(run: Run, target: Value, name: string | undefined, value: Value, isSure: boolean): void {
  if (target.kind === 'embedded') {
    assignTo(
      run,
      { kind: 'cell', id: target.id },
      name === undefined ? undefined : target.prefix + name,
      value,
      isSure,
    );
    return;
  }
  const cell = run.cellOf(target);
  if (cell?.kind === 'entity') run.setCell(target, changedEntity(run, target, cell, name, value, isSure));
  if (cell?.kind === 'object') {
    const setter = name === undefined ? undefined : cell.type && placeOf(cell.type.prototype as object, name);
    if (setter?.member.set) {
      run.callAt(setter.member.set, target, [value], NOWHERE, setter.owner);
      return;
    }
    if (name === undefined) run.setCell(target, { ...cell, isOpen: true, fields: new Map() });
    else
      run.setCell(target, {
        ...cell,
        fields: new Map(cell.fields).set(name, isSure ? value : union([cell.fields.get(name) ?? UNKNOWN, value])),
      });
  }
  if (cell?.kind === 'list') {
    run.setCell(target, { kind: 'list', items: undefined, element: union([cell.element, value]) });
  }
}

function changedEntity(
  run: Run,
  target: Value,
  cell: EntityCell,
  name: string | undefined,
  value: Value,
  isSure: boolean,
): EntityCell {
  const { metadata } = cell;
  if (name === undefined) return { ...cell, relations: new Map(), others: MAYBE };
  if (metadata.relations.some(({ propertyPath }) => propertyPath === name)) {
    run.noteLoad(`${metadata.name}.${name}`);
    return withRelation(cell, name, isSure ? { is: 'loaded', value } : MAYBE);
  }
  const changed = new Set(cell.changed);
  if (isSameKey(run, target, name, value)) changed.delete(name);
  else changed.add(name);
  // A key of its own makes something of it again.
  const isKey = metadata.primaryColumns.some(({ propertyName }) => propertyName === name);
  return { ...cell, changed, gone: isKey ? undefined : cell.gone };
}

/** Whether a foreign key is given the value that it has, read from the entity or from what its relation holds. */
export function isSameKey(run: Run, entity: Value, column: string, value: Value): boolean {
  const cell = run.entityOf(entity);
  if (value.kind !== 'unknown' || !value.of || entity.kind !== 'cell' || !cell) return false;
  const { id } = value.of;
  if (id === entity.id) return value.of.column === column;
  return cell.metadata.relations.some(({ propertyPath, joinColumns }) => {
    const state = cell.relations.get(propertyPath);
    const isBehind =
      state?.is === 'loaded' && alternatives(state.value).some((one) => one.kind === 'cell' && one.id === id);
    return isBehind && joinColumns.some(({ propertyName }) => propertyName === column);
  });
}
