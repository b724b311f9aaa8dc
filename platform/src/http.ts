import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

import { Drain } from './drain.ts';
import { StartupError } from './errors.ts';

export interface HttpServer {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Says that it is not ready, lets what is under way finish, then closes. */
  stop(): Promise<void>;
}

/** Where a request comes from. */
export const addressOf = ({ socket }: IncomingMessage): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

/**
 * Listens on an address; port 0 takes a free one.
 * @throws StartupError when the port is taken or the address is not this machine's.
 */
export async function serve(listener: RequestListener, host: string, port: number): Promise<HttpServer> {
  const drain = new Drain();
  const server = createServer(drain.watch(listener));
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
    stop: () => drain.run(server),
  };
}
