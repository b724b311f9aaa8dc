import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a load balancer has to hear from `/ready` that it should go elsewhere. */
const NOTICE_MS = 1_000;
/** Who asked in this time may ask again. */
const RECENT_MS = 10_000;
/** For what was on its way when the door was closed. */
const LINGER_MS = 500;
/** A mutation's own time, and no platform waits longer for a process to end. */
const PATIENCE_MS = 30_000;

const hasConnections = (server: Server): Promise<boolean> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count > 0)));

/**
 * Ends a server so that nobody loses an answer: first it says that it is not ready and still answers, closing each
 * connection with its next answer; then it takes no more connections; then it waits for what is under way.
 */
export class Drain {
  private isUnderWay = false;
  private askedAt = -Infinity;

  /** The listener, told apart from the moment that the server drains. */
  watch(listener: RequestListener): RequestListener {
    return (request, response) => {
      this.askedAt = performance.now();
      if (this.isUnderWay) response.setHeader('connection', 'close');
      if (!this.isUnderWay || request.url !== '/ready') listener(request, response);
      else response.writeHead(503, { 'content-type': 'application/json' }).end('{"ready":false}');
    };
  }

  async run(server: Server): Promise<void> {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    const wasAsked = performance.now() - this.askedAt < RECENT_MS;
    if (wasAsked || (await hasConnections(server))) await sleep(NOTICE_MS);
    const closed = new Promise<void>((resolve) => void server.once('close', resolve));
    // The HTTP server's own way would reset connections whose first request has not been read yet.
    NetServer.prototype.close.call(server);
    await Promise.race([closed, sleep(LINGER_MS)]);
    server.close();
    await Promise.race([closed, sleep(PATIENCE_MS, undefined, { ref: false })]);
    server.closeAllConnections();
  }
}
