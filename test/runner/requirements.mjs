/** Suites that look at what is published; they read `dist/`. */
const READS_DIST = new Set(['test/repo/commonjs.spec.ts', 'test/repo/package.spec.ts', 'test/repo/types.spec.ts']);

/** @param {readonly string[]} specs */
export function needsBuild(specs) {
  return specs.some((spec) => READS_DIST.has(spec));
}

/**
 * Suites under test/repo/ look at the repository itself; all others may open a database.
 * @param {readonly string[]} specs
 */
export function needsEngines(specs) {
  return specs.some((spec) => !spec.startsWith('test/repo/'));
}
