/** A subgraph behind HTTP that can be told to fail in every way that a process, a network or a proxy has. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { json } from 'node:stream/consumers';

/** What of a sub-operation an answer may depend on. */
export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export type Behaviour = (response: ServerResponse, asked: Asked, request: IncomingMessage) => void;

const JSON_TYPE = { 'content-type': 'application/json' };

export const answering =
  (body: unknown, status = 200): Behaviour =>
  (response) =>
    void response.writeHead(status, JSON_TYPE).end(typeof body === 'string' ? body : JSON.stringify(body));

/** Answers as another behaviour would, but later. */
export const after =
  (milliseconds: number, behaviour: Behaviour): Behaviour =>
  (...exchange) => {
    const timer = setTimeout(() => behaviour(...exchange), milliseconds);
    exchange[0].once('close', () => clearTimeout(timer));
  };

export const never: Behaviour = () => undefined;

/** Takes the request and breaks the connection off. */
export const reset: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** Promises more than it sends. */
export const truncated: Behaviour = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 100 });
  response.write('{"data":{"a":');
  setImmediate(() => response.destroy());
};

/** Sends its headers at once and then a byte at a time. */
export const trickling: Behaviour = (response) => {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};

/** 100 MB, a piece at a time, for as long as somebody takes them. */
export const flood: Behaviour = (response) => {
  response.writeHead(200, JSON_TYPE);
  const piece = Buffer.alloc(2 ** 20, 'x');
  let left = 100;
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
};

export class FaultySubgraph {
  /** What it was asked, in order. */
  readonly asked: Asked[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  behaviour: Behaviour;
  /** How many of its callers broke off before they were answered. */
  abandoned = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private readonly remembers: boolean;

  /** @param remembers what it was asked; not for long runs */
  constructor(behaviour: Behaviour = answering({ data: { a: 1 } }), remembers = true) {
    this.behaviour = behaviour;
    this.remembers = remembers;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Listens where it has listened before. */
  async start(): Promise<this> {
    if (this.server !== undefined) return this;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** As a process that is killed: nobody listens, and every connection is reset. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => {
      if (!response.writableFinished) this.abandoned += 1;
    });
    const asked = (await json(request).catch(() => undefined)) as Asked | undefined;
    if (asked === undefined) return;
    if (this.remembers) {
      this.asked.push(asked);
      this.headers.push(request.headers);
    }
    this.behaviour(response, asked, request);
  }
}
