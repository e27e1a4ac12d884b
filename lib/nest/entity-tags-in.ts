/** One entity tag, weak or strong; the group is what is between the quotes. */
const TAG = /^(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;

/**
 * What `If-Match` and `If-None-Match` name: `'*'`, or the tags of the list without quotes and without `W/`; undefined
 * when the header is malformed.
 */
export function entityTagsIn(header: string): '*' | readonly string[] | undefined {
  if (header.trim() === '*') return '*';
  // Empty elements of a list are allowed.
  let rest = header.replace(/^[,\s]+/, '');
  const tags: string[] = [];
  while (rest !== '') {
    const match = TAG.exec(rest);
    if (!match) return undefined;
    tags.push(match[1]);
    const after = rest.slice(match[0].length).trimStart();
    if (after !== '' && !after.startsWith(',')) return undefined;
    rest = after.replace(/^[,\s]+/, '');
  }
  return tags.length > 0 ? tags : undefined;
}
