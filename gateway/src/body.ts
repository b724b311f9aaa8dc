/** The bodies of requests: JSON of a bounded size and depth. */
import type { IncomingMessage } from 'node:http';

import express, { type ErrorRequestHandler, type RequestHandler } from 'express';

const MAX_BYTES = 256 * 1024;
/** A thousand events; whoever has neither signed in nor a key has none to send. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const BATCH = /\beventsIngest\b/;
/** Deeper than what anybody writes, and far from where walking it would end the stack. */
const MAX_DEPTH = 100;

const sizes = new WeakMap<IncomingMessage, number>();

const parserOf = (limit: number): RequestHandler =>
  express.json({
    limit,
    verify: (request, _response, body) => {
      sizes.set(request, body.length);
    },
  });
const [parse, parseBatch] = [parserOf(MAX_BYTES), parserOf(MAX_BATCH_BYTES)];

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

function isBatch(body: unknown): boolean {
  const { query } = body as { readonly query?: unknown };
  return typeof query === 'string' && query.length <= MAX_BYTES && BATCH.test(query);
}

const fault = (status: number, type: string): Error => Object.assign(new Error(type), { status, type });

const parseBody: RequestHandler = (request, response, next) => {
  const { authorization, 'x-tenant-key': key } = request.headers;
  (authorization === undefined && key === undefined ? parse : parseBatch)(request, response, next);
};

const checkBody: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body;
  if ((sizes.get(request) ?? 0) > MAX_BYTES && !isBatch(body)) next(fault(413, 'entity.too.large'));
  else if (isDeeperThan(body, MAX_DEPTH)) next(fault(400, 'entity.too.deep'));
  else next();
};

const MESSAGES: Readonly<Record<string, string>> = {
  'entity.too.large': 'The request is larger than 256 KB, or than 2 MB for a batch of events.',
  'entity.too.deep': `The request’s JSON is nested deeper than ${String(MAX_DEPTH)} levels.`,
};

/** A body that is no JSON, or too large, in the form of a GraphQL error. */
const bodyError: ErrorRequestHandler = (error: { status?: number; type?: string }, _request, response, next) => {
  if (error.status === undefined || error.status >= 500) {
    next(error);
    return;
  }
  const message = MESSAGES[error.type ?? ''] ?? 'The request’s body is not JSON.';
  response.status(error.status).json({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
};

/** Reads the body, or answers what is wrong with it. */
export const readBody = [parseBody, checkBody, bodyError] as const;
