import { joinCells, type Cell } from './cell.js';
import { UNKNOWN, union, type CellValue, type Value } from './value.js';

let cells = 0;

/** What variables hold and objects are, at one moment of the program. Forks share their maps until one of them writes. */
export class State {
  #ownsVariables = true;
  #ownsCells = true;

  private constructor(
    private variables: Map<number, Value>,
    private cells: Map<number, Cell>,
    /** Whether the program can be here at all. */
    public isReachable: boolean,
  ) {}

  static empty(): State {
    return new State(new Map(), new Map(), true);
  }

  /** The number that the next cell will be above: what is made later has a higher one. */
  static get mark(): number {
    return cells;
  }

  fork(): State {
    const fork = new State(this.variables, this.cells, this.isReachable);
    for (const one of [this, fork]) one.#share();
    return fork;
  }

  /** What goes on where the program does not: this state is kept as it is by whoever has it. */
  abandoned(): State {
    const dead = new State(this.variables, this.cells, false);
    dead.#share();
    return dead;
  }

  #share(): void {
    this.#ownsVariables = false;
    this.#ownsCells = false;
  }

  read(variable: number): Value {
    return this.variables.get(variable) ?? UNKNOWN;
  }

  write(variable: number, value: Value): void {
    if (!this.#ownsVariables) this.variables = new Map(this.variables);
    this.#ownsVariables = true;
    this.variables.set(variable, value);
  }

  cell(id: number): Cell | undefined {
    return this.cells.get(id);
  }

  put(id: number, cell: Cell): void {
    if (!this.#ownsCells) this.cells = new Map(this.cells);
    this.#ownsCells = true;
    this.cells.set(id, cell);
  }

  make(cell: Cell): CellValue {
    const id = ++cells;
    this.put(id, cell);
    return { kind: 'cell', id };
  }

  allCells(): readonly (readonly [number, Cell])[] {
    return [...this.cells];
  }

  /** What is known where several ways meet. */
  static join(states: readonly State[]): State {
    const reachable = states.filter(({ isReachable }) => isReachable);
    const [first, ...rest] = reachable.length > 0 ? reachable : states;
    const joined = first.fork();
    for (const state of rest) joined.#joinWith(state);
    return joined;
  }

  #joinWith(other: State): void {
    if (other.variables !== this.variables) {
      for (const [variable, value] of other.variables) {
        const own = this.variables.get(variable);
        // Declared in one way only: nobody reads it where they meet.
        if (own !== value) this.write(variable, own === undefined ? value : union([own, value]));
      }
    }
    if (other.cells !== this.cells) {
      for (const [id, cell] of other.cells) {
        const own = this.cells.get(id);
        if (own !== cell) this.put(id, own === undefined ? cell : joinCells(own, cell));
      }
    }
  }
}
