import { contestantTitle } from '../contestants/contestant.js';
import { type HerdFigures, type HerdVariantFigures, PROCESSES, REQUESTS } from '../herd/measure-herd.js';
import { aligned } from './aligned.js';

/** A table in Markdown: who was how long busy with the herd, and what reached the database. */
export function herdTable({ rounds, variants, holds }: HerdFigures): string {
  const headings = ['contestant', 'way', 'time (95 %)', 'statements to the database: median, most'];
  const bound =
    holds === undefined ? [] : [`This module: one statement in every round ${holds ? 'holds' : 'broken'}.`, ''];
  return [
    `${REQUESTS.toLocaleString('en-US')} requests on one key that is not in the cache, from ${PROCESSES} processes, ${rounds} rounds`,
    '',
    ...aligned([headings, ...variants.map(rowOf)]),
    '',
    ...bound,
  ].join('\n');
}

function rowOf({ contestant, variant, milliseconds, statements }: HerdVariantFigures): string[] {
  return [
    contestantTitle(contestant, 'herd'),
    variant,
    `${milliseconds.median.toFixed(0)} ms (${milliseconds.lower.toFixed(0)}–${milliseconds.upper.toFixed(0)})`,
    `${statements.median}, ${statements.most}`,
  ];
}
