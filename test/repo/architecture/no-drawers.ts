import type { ArchitectureRule } from './architecture-rule.js';

const DRAWERS = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared']);

/** A file or folder says what is in it. */
export const noDrawers: ArchitectureRule = (sources) =>
  [...sources.keys()].flatMap((path) => {
    const drawer = path.split(/[/.-]/).find((word) => DRAWERS.has(word));
    return drawer === undefined ? [] : [`${path} is called "${drawer}", which says nothing`];
  });
