import { whyGone } from './gone.js';
import type { Rule } from './rule.js';

/** RLC007: a field is read that an instance without a row has no more. */
export const goneField: Rule = {
  code: 'RLC007',
  name: 'gone-field',
  title: 'A field is read of an instance that stands for no row any more',
  severity: 'error',
  check: (event) =>
    event.type === 'goneUsed' && event.use === 'field'
      ? {
          message: `${event.entity.name}.${event.name} is read ${whyGone(event.gone)}.`,
          fix: 'Keep what you need in a variable before the row goes.',
        }
      : undefined,
};
