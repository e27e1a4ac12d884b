import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a database server that cuts the connection at a statement. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts at the next statement that contains this text: before the server gets it, or after, before it answers. */
  cutAt(statement: string, moment: 'before' | 'after'): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(host: string, port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cut: { statement: string; moment: 'before' | 'after' } | undefined;
  const server = createServer((client) => {
    const upstream = connect(port, host);
    let isCut = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        end();
        sockets.delete(socket);
      });
    }
    client.on('data', (data) => {
      if (!cut || !data.includes(cut.statement)) {
        upstream.write(data);
        return;
      }
      isCut = true;
      const { moment } = cut;
      cut = undefined;
      if (moment === 'before') end();
      else upstream.write(data);
    });
    // After the cut the server's answer is the sign that it has done its work.
    upstream.on('data', (data) => {
      if (isCut) end();
      else client.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    cutAt: (statement, moment) => {
      cut = { statement, moment };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
