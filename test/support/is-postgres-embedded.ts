/** Whether the runner found no PostgreSQL server and started PGlite in its place. */
export function isPostgresEmbedded(): boolean {
  return process.env['TEST_POSTGRES_EMBEDDED'] === '1';
}
