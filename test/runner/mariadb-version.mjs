import mysql from 'mysql2/promise';

/**
 * Logs in and asks for the version; rejects where that is not possible.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function mariadbVersion(url) {
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    const [rows] = /** @type {[{ version: string }[], unknown]} */ (
      /** @type {unknown} */ (await connection.query('SELECT VERSION() AS version'))
    );
    return `MariaDB ${rows[0]?.version}`;
  } finally {
    await connection.end();
  }
}
