import { joinCells, type Cell } from './cell.js';
import { UNKNOWN, union, type CellValue, type Value } from './value.js';

let cells = 0;

/** What variables hold and objects are, at one moment of the program. */
export class State {
  private constructor(
    readonly variables: Map<number, Value>,
    readonly cells: Map<number, Cell>,
    /** Whether the program can be here at all. */
    public isReachable: boolean,
  ) {}

  static empty(): State {
    return new State(new Map(), new Map(), true);
  }

  fork(): State {
    return new State(new Map(this.variables), new Map(this.cells), this.isReachable);
  }

  make(cell: Cell): CellValue {
    const id = ++cells;
    this.cells.set(id, cell);
    return { kind: 'cell', id };
  }

  cell(id: number): Cell | undefined {
    return this.cells.get(id);
  }

  /** The number that the next cell will be above: what is made later has a higher one. */
  static get mark(): number {
    return cells;
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
    for (const [variable, value] of other.variables) {
      const own = this.variables.get(variable);
      // Declared in one way only: nobody reads it where they meet.
      this.variables.set(variable, own === undefined ? value : own === value ? own : union([own, value]));
    }
    for (const [id, cell] of other.cells) {
      const own = this.cells.get(id);
      this.cells.set(id, own === undefined ? cell : joinCells(own, cell));
    }
  }

  read(variable: number): Value {
    return this.variables.get(variable) ?? UNKNOWN;
  }
}
