/** A statement that ran more often than it needs to. */
export interface NPlusOneReport {
  /** Where it was counted: `GET ArticleController.list`, or the label that `track()` was given. */
  readonly label: string;
  /** How often it ran. */
  readonly count: number;
  /** The SQL, with `?` for every parameter and literal. */
  readonly shape: string;
  /** Where in the application it was sent, as `function (file:line:column)`; undefined: not known. */
  readonly place: string | undefined;
  /** The relations that would have loaded its rows, as `Article.author`: at most three. */
  readonly relations: readonly string[];
  /** What to do instead, in a sentence. */
  readonly fix: string;
  /** All of it as text, in several lines. */
  readonly message: string;
}

const LONG_SHAPE = 160;
const LONGEST_SHAPE = 500;

/** Completes a report with its text. */
export function nPlusOneReport(facts: Omit<NPlusOneReport, 'message'>): NPlusOneReport {
  const { label, count, shape, place, fix } = facts;
  const lines = [
    `${label} sent the same statement ${count} times:`,
    `  ${brief(shape)}`,
    ...(place === undefined ? [] : [`  at ${place}`]),
    `  ${fix}`,
  ];
  return { ...facts, message: lines.join('\n') };
}

/** Long lists of columns say little. */
function brief(shape: string): string {
  if (shape.length <= LONG_SHAPE) return shape;
  const short = shape.replace(/^SELECT\b.*?\bFROM\b/i, 'SELECT … FROM');
  return short.length <= LONGEST_SHAPE ? short : `${short.slice(0, LONGEST_SHAPE)}…`;
}
