import { PGlite } from '@electric-sql/pglite';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { freePort } from './free-port.mjs';

/**
 * Starts PGlite, PostgreSQL compiled to WebAssembly, behind a socket in this process. It has one session: clients
 * share it, and one client's transaction holds all others up.
 * @returns {Promise<import('./engine.js').PrivateServer>}
 */
export async function startPgliteServer() {
  const db = await PGlite.create({ extensions: { pgcrypto } });
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: 50 });
  await server.start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await db.close();
    },
  };
}
