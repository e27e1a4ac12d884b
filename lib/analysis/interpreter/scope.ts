let variables = 0;

/** The names that a block or a function declares. What they hold is in the `State`, by number. */
export class Scope {
  readonly #names = new Map<string, number>();

  constructor(readonly parent: Scope | undefined) {}

  declare(name: string): number {
    let variable = this.#names.get(name);
    if (variable === undefined) this.#names.set(name, (variable = ++variables));
    return variable;
  }

  /** The number of the variable that a name means here; undefined: it is free. */
  find(name: string): number | undefined {
    return this.#names.get(name) ?? this.parent?.find(name);
  }
}
