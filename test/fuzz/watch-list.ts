/** Rows that a process which died was about to write: for a while they are read often, and not written. */
export class WatchList {
  readonly #untils = new Map<string, number>();

  add(codes: readonly string[], milliseconds: number): void {
    for (const code of codes) this.#untils.set(code, Date.now() + milliseconds);
  }

  has(code: string): boolean {
    return this.codes.includes(code);
  }

  get codes(): readonly string[] {
    for (const [code, until] of this.#untils) if (until < Date.now()) this.#untils.delete(code);
    return [...this.#untils.keys()];
  }
}
