import { findProgram } from './find-program.mjs';
import { startServer } from './start-server.mjs';

/** Whether a server can be started here. */
export const isRedisInstalled = findProgram('redis-server') !== undefined;

/**
 * Starts an installed Redis on a port, with the data that is in its folder.
 * @param {{ port: number, folder: string, args?: readonly string[] }} options
 * @returns {Promise<() => Promise<void>>} kills the server, as `kill -9` does; it also ends with this process
 */
export async function startRedisServer({ port, folder, args = [] }) {
  const program = findProgram('redis-server');
  if (program === undefined) throw new Error('redis-server is not installed');
  return startServer({
    program,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args],
    ready: /Ready to accept connections/,
    folder,
    account: undefined, // Redis does not mind being root
    stopSignal: 'SIGKILL',
  });
}
