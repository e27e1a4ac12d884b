/** What a statement does to rows. */
export type Verb = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** A statement without what differs from one run to the next. */
export interface StatementShape {
  readonly verb: Verb;
  /** The SQL with `?` for every parameter and literal, one item for lists of any length, and without comments. */
  readonly sql: string;
}

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['SELECT', 'SELECT'],
  ['INSERT', 'INSERT'],
  ['REPLACE', 'INSERT'],
  ['MERGE', 'INSERT'],
  ['UPDATE', 'UPDATE'],
  ['DELETE', 'DELETE'],
]);

const COMMENT = String.raw`\/\*[\s\S]*?\*\/|--[^\n]*`;
const NAME = '`[^`]*`|\\[[A-Za-z_][^\\]]*\\]|[A-Za-z_][\\w$]*';
const VALUE = String.raw`\$(\w*)\$[\s\S]*?\$\1\$|[$:@]\w+|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b`;
/** Comments, texts, names, values in that order: what begins first is read to its end. */
const TOKENS = new RegExp(`${COMMENT}|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|${VALUE}|${NAME}|\\s+`, 'gi');
/** MariaDB and MySQL: a backslash escapes, and double quotes hold text. */
const MYSQL_TOKENS = new RegExp(
  String.raw`${COMMENT}|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|::|${VALUE}|${NAME}|\s+`,
  'gi',
);

const GROUP = String.raw`\((?:[^()]|\([^()]*\))*\)`;
const DOUBLED = /\(\(([^()]*)\)\)/g;
const REPEATED = new RegExp(String.raw`(${GROUP})(?:\s*(?:,|\bOR\b)\s*\1)+`, 'gi');
const LIST = /\bIN\s*\(\s*\?(?:\s*,\s*\?)*\s*\)/gi;

/** The shape of a statement that reads or writes rows; undefined for all others, such as BEGIN, PRAGMA and DDL. */
export function statementShape(sql: string, isMysql: boolean): StatementShape | undefined {
  const verb = verbOf(sql);
  if (!verb) return undefined;
  const plain = sql.replace(isMysql ? MYSQL_TOKENS : TOKENS, (token) => withoutValue(token, isMysql)).trim();
  return { verb, sql: withoutNumbers(plain.replace(/ {2,}/g, ' ')) };
}

function verbOf(sql: string): Verb | undefined {
  const [, word = ''] = /^(?:[\s(]|\/\*[\s\S]*?\*\/|--[^\n]*\n)*(\w+)/.exec(sql) ?? [];
  const first = word.toUpperCase();
  if (first !== 'WITH') return VERBS.get(first);
  const [, write = 'SELECT'] = /\b(INSERT(?=\s+INTO)|DELETE(?=\s+FROM)|(?<!\b(?:FOR|KEY)\s+)UPDATE)\b/i.exec(sql) ?? [];
  return VERBS.get(write.toUpperCase());
}

function withoutValue(token: string, isMysql: boolean): string {
  if (/^(?:\s|--|\/\*)/.test(token)) return ' ';
  if (token === '::' || /^[A-Za-z_`[]/.test(token)) return token;
  return token.startsWith('"') && !isMysql ? token : '?';
}

/** Lists, rows of VALUES and alternatives of an OR, of any number, become one. */
function withoutNumbers(sql: string): string {
  let before: string;
  let after = sql;
  do {
    before = after;
    after = before.replace(DOUBLED, '($1)').replace(REPEATED, '$1').replace(LIST, 'IN (?)');
  } while (after !== before);
  return after;
}
