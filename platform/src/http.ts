import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

import { StartupError } from './errors.ts';

export interface HttpServer {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Takes no more requests, lets those under way finish for a while, then closes. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;

/** Where a request comes from. */
export const addressOf = ({ socket }: IncomingMessage): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

/**
 * Listens on an address; port 0 takes a free one.
 * @throws StartupError when the port is taken or the address is not this machine's.
 */
export async function serve(listener: RequestListener, host: string, port: number): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new StartupError(`Port ${String(port)} on ${host} is in use.`, 'Stop what runs there, or set PORT.')
          : new StartupError(`Nothing can listen on ${host}: ${error.message}`, 'Set HOST and PORT.'),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
      server.closeAllConnections();
    },
  };
}
