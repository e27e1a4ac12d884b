/**
 * Suites that take long and show in detail what others show in short: everyday runs leave them out, unless they are
 * asked for by name.
 */
const LONG_SUITES = [
  'e2e/orders-load',
  'integration/analysis-functions',
  'integration/analysis-rules/compiled',
  'integration/cache-fuzz',
  'integration/cache-replication',
  'integration/cache-schedules',
  'integration/lost-update-schedules',
];

/**
 * The long suites that this run leaves out.
 * @param {readonly string[]} args Jest's arguments
 * @returns {readonly string[]}
 */
export function suitesLeftOut(args) {
  const isFull = process.env['REQUIRE_ALL_ENGINES'] === '1' || process.env['SOAK'] === '1';
  return isFull ? [] : LONG_SUITES.filter((suite) => !args.some((argument) => argument.includes(suite)));
}
