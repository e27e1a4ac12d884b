import type { AnyNode } from 'acorn';
import type { ScriptPlace } from './function-inspector.js';
import type { ParsedFunction } from './parse-function.js';

/** Ends of lines, as the engine counts them. */
const LINE_END = /\r\n?|[\n\u2028\u2029]/g;

/** Where a node of a function is in its script, from where the function is. */
export function placeOfNode(node: AnyNode, { source, anchor }: ParsedFunction, place: ScriptPlace): ScriptPlace {
  const [from, to] = [Math.min(anchor, node.start), Math.max(anchor, node.start)];
  const ends = [...source.slice(from, to).matchAll(LINE_END)];
  const last = ends.at(-1);
  const { scriptId } = place;
  // A computed name stands before the parameters, where the function is for the engine.
  if (node.start < anchor) return { scriptId, line: place.line - ends.length, column: 0 };
  if (!last) return { scriptId, line: place.line, column: place.column + node.start - anchor };
  return { scriptId, line: place.line + ends.length, column: to - from - last.index - last[0].length };
}
