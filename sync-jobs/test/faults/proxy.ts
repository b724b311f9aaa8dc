/** A TCP proxy that can be told to fail in each of the ways in which a network does. */
import { createServer, type Server, type Socket } from 'node:net';

import { Link } from './link.ts';
import { Trap, type Instant } from './trap.ts';

const HOST = '127.0.0.1';

export class FaultProxy {
  readonly port: number;
  private readonly server: Server;
  private readonly links = new Set<Link>();
  private target: number;
  private trap: Trap | undefined;
  private state: 'open' | 'refusing' | 'swallowing' = 'open';
  private delayMs = 0;

  private constructor(server: Server, target: number) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.server = server;
    this.port = address.port;
    this.target = target;
    server.on('connection', (socket) => {
      this.accept(socket);
    });
  }

  static async open(target: number): Promise<FaultProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    return new FaultProxy(server, target);
  }

  /** What it stands before has come back on another port. */
  moveTo(target: number): void {
    this.target = target;
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of this.links) link.cut();
  }

  /** Resets every connection, and each new one, until it is healed. */
  refuse(): void {
    this.state = 'refusing';
    this.cut();
  }

  /** The connections there are swallow what they are sent, for ever; new ones work. */
  silence(): void {
    for (const link of this.links) link.silence();
  }

  /** Likewise, and so does each new one until it is healed. */
  swallow(): void {
    this.state = 'swallowing';
    this.silence();
  }

  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** New connections work again; those that are silent stay so. */
  heal(): void {
    this.state = 'open';
    this.delayMs = 0;
    this.trap = undefined;
  }

  /** Waits for an instant, and leaves the connection silent at it. */
  async stopAt(instant: Instant, milliseconds: number): Promise<Link | undefined> {
    const trap = new Trap(instant);
    this.trap = trap;
    const link = await trap.sprung(milliseconds);
    this.trap = undefined;
    return link;
  }

  /** Resets the connections that are silent; they would be there for ever. */
  bury(): void {
    for (const link of this.links) if (link.isSilent) link.cut();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    if (this.state === 'refusing') {
      socket.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const link = new Link(socket, this.target, {
      delayMs: () => this.delayMs,
      trap: () => this.trap,
      ended: () => this.links.delete(link),
    });
    this.links.add(link);
    if (this.state === 'swallowing') link.silence();
  }
}
