import pg from 'pg';

/**
 * Logs in and asks for the version; rejects where that is not possible.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function postgresVersion(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    /** @type {import('pg').QueryResult<{ server_version: string }>} */
    const { rows } = await client.query('SHOW server_version');
    return `PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    await client.end();
  }
}
