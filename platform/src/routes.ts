/**
 * HTTP routes that a subgraph offers beside GraphQL, for what no GraphQL request can carry. The gateway
 * serves them for a subgraph of its own process and passes them on, with the signed caller, to one that
 * runs elsewhere; hence they are named here, where a gateway without that subgraph's code finds them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';

import type { ErrorRequestHandler, IRouter, Request, Response } from 'express';

import type { Domain } from './domains.ts';
import { PublicError, toPublicError, type ErrorCode } from './errors.ts';
import type { Caller } from './identity.ts';
import type { Logger } from './log.ts';

/** A method and a path in Express's notation. */
export type Route = `${'GET' | 'PUT'} /${string}`;

/** The first that fits is taken. */
export const routes: Partial<Record<Domain, readonly Route[]>> = {
  cms: ['PUT /media/uploads', 'GET /media/:tenant/:name'],
};

/** One request of a route, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

/** Answers an exchange; what it throws becomes a coded error. */
export type Serve = (route: Route, exchange: Exchange) => Promise<void>;

export interface Mounting {
  readonly domain: Domain;
  readonly callerOf: (request: Request) => Promise<Caller>;
  readonly serve: Serve;
  readonly log: Logger;
}

/** The status of a request that is refused as a whole. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  THROTTLED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** How long a caller may go on sending what nobody reads. */
const LINGER_MS = 30_000;

/**
 * Gives a whole answer, perhaps before the request's body has come to its end. Closing at once would reset the
 * connection, and the caller, who is still sending, might lose the answer; nothing else may come over it either.
 * So it has all of the answer now, and what it goes on sending is read away for a while before the end.
 */
export function answerWhole(response: ServerResponse, body: string | Buffer): void {
  const { req: request } = response;
  response.setHeader('content-length', Buffer.byteLength(body));
  if (request.complete) {
    response.end(body);
    return;
  }
  response.setHeader('connection', 'close');
  response.write(body);
  const late = setTimeout(() => response.end(), LINGER_MS).unref();
  finished(request, () => {
    clearTimeout(late);
    response.end();
  });
  request.resume();
}

/** An answer in the form that GraphQL's errors have. */
export function answerError(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  answerWhole(response, JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

/** Answers with what an error says to the caller. */
export function answerRefusal(response: ServerResponse, { code, message, headers }: PublicError): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  answerError(response, STATUS[code], code, message);
}

function fail(error: unknown, response: Response, log: Logger): void {
  // Who asked has gone: a video that is left is no fault.
  if (response.destroyed) return;
  const told = toPublicError(error);
  if (!(error instanceof PublicError)) log.error({ reason: (error as Error).message }, 'a route failed');
  if (response.headersSent) response.destroy();
  else answerRefusal(response, told);
}

/**
 * What Express itself throws, for an address or a body that cannot be read, in the form of all errors: its own would
 * show the stack. To be used after everything else.
 */
export const answerFaults =
  (log: Logger): ErrorRequestHandler =>
  (error: Error & { readonly status?: number }, _request, response, _next) => {
    const { status = 500 } = error;
    const isAskers = status >= 400 && status < 500;
    fail(isAskers ? new PublicError('BAD_USER_INPUT', 'The request cannot be read.') : error, response, log);
  };

/** Puts a domain's routes onto a server. */
export function mountRoutes(router: IRouter, { domain, callerOf, serve, log }: Mounting): void {
  for (const route of routes[domain] ?? []) {
    const [method = 'GET', path = ''] = route.split(' ');
    const handler = async (request: Request, response: Response): Promise<void> => {
      try {
        const caller = await callerOf(request);
        const parameters = request.params as Record<string, string>;
        await serve(route, { request, response, parameters, caller });
      } catch (error) {
        fail(error, response, log);
      }
    };
    if (method === 'PUT') router.put(path, handler);
    else router.get(path, handler);
  }
}
