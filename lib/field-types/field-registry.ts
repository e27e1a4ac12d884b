import type { FieldDeclaration } from './field-declaration.js';

const FIELDS = Symbol('nestjs-sqlmodel-ext:fields');

type FieldOwner = Function & { [FIELDS]?: Map<string, FieldDeclaration> };

/** Adds a declaration to the class that declares it. The data lives on the class itself. */
export function declareField(declaration: FieldDeclaration): void {
  const owner = declaration.declaredBy as FieldOwner;
  if (!Object.hasOwn(owner, FIELDS)) {
    Object.defineProperty(owner, FIELDS, { value: new Map<string, FieldDeclaration>() });
  }
  owner[FIELDS]?.set(declaration.name, declaration);
}

/** All fields of a class, its parents' first, the nearest declaration of a name winning. */
export function fieldsOf(model: Function): Map<string, FieldDeclaration> {
  const fields = new Map<string, FieldDeclaration>();
  for (const owner of lineage(model)) {
    if (!Object.hasOwn(owner, FIELDS)) continue;
    for (const [name, declaration] of (owner as FieldOwner)[FIELDS] ?? []) fields.set(name, declaration);
  }
  return fields;
}

/** The field of a class by name, or undefined. */
export function fieldOf(model: Function, name: string): FieldDeclaration | undefined {
  for (const owner of lineage(model).reverse()) {
    const declaration = Object.hasOwn(owner, FIELDS) ? (owner as FieldOwner)[FIELDS]?.get(name) : undefined;
    if (declaration) return declaration;
  }
  return undefined;
}

/** A class and its parents, the furthest parent first. */
export function lineage(model: Function): Function[] {
  const classes: Function[] = [];
  for (
    let current: unknown = model;
    typeof current === 'function' && current !== Function.prototype;
    current = Object.getPrototypeOf(current)
  ) {
    classes.unshift(current);
  }
  return classes;
}
