import type { Edit } from './seeded-fault.js';

/**
 * The text of a file with the changes that are meant for it.
 *
 * @throws Error for a change whose text does not occur, or more than once
 */
export function editedText(text: string, file: string, edits: readonly Edit[]): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((edited, { replace, by }) => {
      const [before, after, ...others] = edited.split(replace);
      if (after === undefined) throw new Error(`${file} has no text "${replace}"`);
      if (others.length > 0) throw new Error(`${file} has the text "${replace}" more than once`);
      return before + by + after;
    }, text);
}
