import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** How a cut shows: connections are refused, or they are taken and nothing ever answers. */
export type CutManner = 'refused' | 'silent';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** One process's way to Redis, which can be cut, and can be slow. */
export class RedisProxy {
  readonly #pairs = new Set<Pair>();
  readonly #silent = new Set<Socket>();
  #cut: CutManner | undefined;
  #server: Server | undefined;

  private constructor(readonly redisPort: number) {}

  static async start(redisPort: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(redisPort);
    proxy.#server = createServer((client) => proxy.#accept(client)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server?.address() as { port: number }).port;
  }

  cut(manner: CutManner): void {
    this.#cut = manner;
    for (const { client, upstream } of this.#pairs) {
      if (manner === 'refused') {
        client.destroy();
      } else {
        client.removeAllListeners('data').resume();
        this.#silent.add(client);
      }
      upstream.destroy();
    }
    this.#pairs.clear();
  }

  mend(): void {
    this.#cut = undefined;
    for (const client of this.#silent) client.destroy();
    this.#silent.clear();
  }

  /** What is sent on the connections of now arrives only when this is taken back; new connections work. */
  stall(): () => void {
    const stalled = [...this.#pairs];
    for (const { client } of stalled) client.pause();
    return () => {
      for (const { client } of stalled) client.resume();
    };
  }

  async close(): Promise<void> {
    this.cut('refused');
    this.mend();
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#cut === 'refused') {
      client.destroy();
      return;
    }
    if (this.#cut === 'silent') {
      this.#silent.add(client);
      client.on('close', () => this.#silent.delete(client)).resume();
      return;
    }
    const upstream = connect(this.redisPort, '127.0.0.1');
    const pair = { client, upstream };
    this.#pairs.add(pair);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    upstream.on('error', () => undefined);
    upstream.on('data', (data) => client.write(data));
    client.on('data', (data) => upstream.write(data));
    // What the client has sent goes on to the server, even when the client does not wait for the answer.
    client.on('close', () => {
      upstream.end();
      this.#pairs.delete(pair);
    });
    upstream.on('close', () => {
      if (!this.#silent.has(client)) client.destroy();
      this.#pairs.delete(pair);
    });
  }
}
