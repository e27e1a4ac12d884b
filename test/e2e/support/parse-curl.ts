export interface CurlRequest {
  readonly method: string;
  /** Path with query, without the host. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/**
 * Reads a `curl` command as a shell and curl would: quotes, line continuations and `$NAME` of the shell;
 * `-X`, `-H` and `-d` of curl. Anything else is an error of the page.
 */
export function parseCurl(command: string, variables: ReadonlyMap<string, string>): CurlRequest {
  const [program, ...words] = shellWords(command.trim(), variables);
  if (program !== 'curl') throw new Error(`not a curl command: ${command}`);
  let method: string | undefined;
  let url: string | undefined;
  let body: string | undefined;
  const headers: Record<string, string> = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word.startsWith('-')) {
      if (url !== undefined) throw new Error(`two addresses in: ${command}`);
      url = word;
      continue;
    }
    const value = words[++index];
    if (value === undefined) throw new Error(`nothing after ${word} in: ${command}`);
    if (word === '-X') method = value;
    else if (word === '-d') body = value;
    else if (word === '-H') {
      const [, name, content] = /^([\w-]+): *(.*)$/.exec(value) ?? [];
      if (name === undefined || content === undefined) throw new Error(`not a header: ${value}`);
      headers[name] = content;
    } else throw new Error(`unknown option ${word} in: ${command}`);
  }
  const path = /^localhost:3000(\/.*)$/.exec(url ?? '')?.[1];
  if (path === undefined) throw new Error(`the address is not at localhost:3000 in: ${command}`);
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), path, headers, body };
}

const WORD_PART = /'([^']*)'|\$(\w+)|\\(\n|.)|([^\s'"$\\&;|<>()*?#[\]{}~!]+)|(\s+)/y;

function shellWords(command: string, variables: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  let word: string | undefined;
  WORD_PART.lastIndex = 0;
  while (WORD_PART.lastIndex < command.length) {
    const at = WORD_PART.lastIndex;
    const [part, quoted, variable, escaped, plain] = WORD_PART.exec(command) ?? [];
    if (part === undefined) throw new Error(`needs quotes for the shell: ${command.slice(at)}`);
    if (/^\s+$/.test(part)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (escaped !== '\n') {
      word = (word ?? '') + (quoted ?? escaped ?? plain ?? valueOf(variable, variables));
    }
  }
  return word === undefined ? words : [...words, word];
}

function valueOf(variable: string, variables: ReadonlyMap<string, string>): string {
  const value = variables.get(variable);
  if (value === undefined) throw new Error(`$${variable} is used before an answer shows it`);
  return value;
}
