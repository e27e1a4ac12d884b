import { freePort } from '../runner/free-port.mjs';
import { startRedisServer } from '../runner/redis-server.mjs';
import { serverFolder } from '../runner/server-folder.mjs';

/** A Redis server that belongs to one suite. */
export interface PrivateRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Ends it as `kill -9` does: what was not saved is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what it has saved and these further arguments. */
  start(args?: readonly string[]): Promise<void>;
}

/** A node of a cluster also listens on the port that is 10,000 higher. */
const LAST_PORT = 55_535;

/** Somebody else may take a port between the look and the start. */
const ATTEMPTS = 5;

/** Starts a server, with arguments as `redis-server` takes them. */
export async function startPrivateRedis(args: readonly string[] = []): Promise<PrivateRedis> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnFreePort(args);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnFreePort(args: readonly string[]): Promise<PrivateRedis> {
  let port = await freePort();
  while (port > LAST_PORT) port = await freePort();
  const { path: folder, remove } = serverFolder('redis', undefined);
  let kill = async (): Promise<void> => undefined;
  const start = async (moreArgs: readonly string[] = []): Promise<void> => {
    kill = await startRedisServer({ port, folder, args: [...args, ...moreArgs] });
  };
  try {
    await start();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => kill(),
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      remove();
    },
  };
}
