const EXTRA_IGNORE = Symbol('nestjs-sqlmodel-ext:extra-ignore');

/** Marks a class so that it and its subclasses drop unknown input fields instead of refusing them. */
export function markExtraIgnore(model: Function): void {
  Object.defineProperty(model, EXTRA_IGNORE, { value: true });
}

/** Whether a class drops unknown input fields. */
export function ignoresExtra(model: Function): boolean {
  return (model as { [EXTRA_IGNORE]?: boolean })[EXTRA_IGNORE] === true;
}
