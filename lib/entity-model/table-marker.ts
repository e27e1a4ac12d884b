const TABLE = Symbol('nestjs-sqlmodel-ext:table');

/** Marks a class as a table base: every `@Model` below it is a table. */
export function markTableBase(base: Function): void {
  Object.defineProperty(base, TABLE, { value: true });
}

/** Whether a class is a table base or extends one. */
export function extendsTableBase(model: Function): boolean {
  return (model as { [TABLE]?: boolean })[TABLE] === true;
}
