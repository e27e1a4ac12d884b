/** What a statement by hand, or TypeORM's, does to the transaction of its connection. */
export type TransactionStep =
  | { readonly is: 'begin' | 'isolation' | 'script' }
  /** Chained: the next transaction begins at once. */
  | { readonly is: 'commit' | 'rollback'; readonly isChained: boolean }
  | { readonly is: 'savepoint' | 'release' | 'undo'; readonly name: string }
  /** On: what is open is stored. Off: from now on there is always a transaction. */
  | { readonly is: 'autocommit'; readonly isOn: boolean };

const COMMENTS = String.raw`(?:\s|/\*(?!!)[\s\S]*?\*/|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$))*`;
const LEADS = new RegExp(`^${COMMENTS}`);
const FIRST = /^\s*(?:BEGIN|START|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|END|ABORT|SET|\/\*|--|#)/i;
const BEGINS = /^(?:BEGIN|START\s+TRANSACTION)\b/i;
const COMPOUND = /^BEGIN\s+NOT\s+ATOMIC\b/i;
const SAVEPOINT = /^SAVEPOINT\s+([^\s;]+)/i;
const RELEASE = /^RELEASE\s+(?:SAVEPOINT\s+)?([^\s;]+)/i;
const ROLLBACK_TO = /^ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\s+(?:SAVEPOINT\s+)?([^\s;]+)/i;
const COMMITS = /^(?:COMMIT|END)\b(?!\s+PREPARED\b)/i;
const ROLLS_BACK = /^(?:ROLLBACK|ABORT)\b(?!\s+PREPARED\b)/i;
const CHAINED = /\bAND\s+CHAIN\b/i;
const SETS_ISOLATION = /^SET\b[^;]*\bISOLATION\s+LEVEL\b/i;
const AUTOCOMMIT =
  /^SET\s+(?:SESSION\s+|LOCAL\s+|@@(?:session\.|local\.)?)?autocommit\s*:?=\s*'?(0|1|ON|OFF|TRUE|FALSE)\b/i;
const SEVERAL = /;\s*\S/;

/** Undefined: it does nothing to it. */
export function transactionStep(sql: string): TransactionStep | undefined {
  if (!FIRST.test(sql)) return undefined;
  const text = withoutComments(sql);
  const step = stepOf(text);
  return step && SEVERAL.test(withoutEnd(text)) ? { is: 'script' } : step;
}

function stepOf(text: string): TransactionStep | undefined {
  if (COMPOUND.test(text)) return undefined;
  if (BEGINS.test(text)) return { is: 'begin' };
  const savepoint = SAVEPOINT.exec(text);
  if (savepoint) return { is: 'savepoint', name: nameOf(savepoint[1]) };
  const released = RELEASE.exec(text);
  if (released) return { is: 'release', name: nameOf(released[1]) };
  const undone = ROLLBACK_TO.exec(text);
  if (undone) return { is: 'undo', name: nameOf(undone[1]) };
  const isChained = CHAINED.test(text);
  if (COMMITS.test(text)) return { is: 'commit', isChained };
  if (ROLLS_BACK.test(text)) return { is: 'rollback', isChained };
  const autocommit = AUTOCOMMIT.exec(text);
  if (autocommit) return { is: 'autocommit', isOn: /^(?:1|ON|TRUE)$/i.test(autocommit[1]) };
  return SETS_ISOLATION.test(text) ? { is: 'isolation' } : undefined;
}

/** Whether a script leaves a transaction open, as far as its statements tell. */
export function leavesOpen(script: string, isOpen: boolean): boolean {
  return script.split(';').reduce((open, statement) => {
    const step = stepOf(withoutComments(statement));
    if (step?.is === 'begin') return true;
    return step?.is === 'commit' || step?.is === 'rollback' ? step.isChained : open;
  }, isOpen);
}

function withoutComments(sql: string): string {
  return sql.replace(LEADS, '');
}

function withoutEnd(text: string): string {
  return text.replace(new RegExp(`;${COMMENTS}$`), '');
}

/** As the database compares it. */
function nameOf(text: string): string {
  return text.startsWith('"') ? text.replaceAll('"', '') : text.replaceAll('`', '').toLowerCase();
}
