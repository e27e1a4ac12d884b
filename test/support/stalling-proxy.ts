import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server whose answers can be held back. */
export interface StallingProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on the server gets what is sent to it, and nobody gets its answers. */
  stall(): void;
  /** Hands the answers over that were held back, and all later ones. */
  resume(): void;
  /** Cuts every connection; what was held back on them is lost. New ones are not stalled. */
  cut(): void;
}

export async function startStallingProxy(host: string, port: number): Promise<StallingProxy> {
  const pairs = new Map<Socket, Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const upstream = connect(port, host);
    pairs.set(client, upstream);
    const end = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(client);
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.pipe(client);
    if (isStalled) upstream.unpipe(client).pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isStalled = false;
    for (const [client, upstream] of pairs) for (const socket of [client, upstream]) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    stall: () => {
      isStalled = true;
      for (const [client, upstream] of pairs) upstream.unpipe(client).pause();
    },
    resume: () => {
      isStalled = false;
      for (const [client, upstream] of pairs) upstream.pipe(client);
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
