/** The bodies of requests: JSON of a bounded size and depth. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import bodyParser from 'body-parser';

import { HttpRefusal } from '../pipeline/refusal.ts';

const MAX_BYTES = 256 * 1024;
/** A thousand events; whoever has neither signed in nor a key has none to send. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
const BATCH = /\beventsIngest\b/;
/** Deeper than what anybody writes, and far from where walking it would end the stack. */
const MAX_DEPTH = 100;

const sizes = new WeakMap<IncomingMessage, number>();

type Parse = (request: IncomingMessage, response: ServerResponse, next: (fault?: Error) => void) => void;

const parserOf = (limit: number): Parse =>
  bodyParser.json({
    limit,
    // The content type has been looked at.
    type: () => true,
    verify: (request, _response, body) => {
      sizes.set(request, body.length);
    },
  });
const [parse, parseBatch] = [parserOf(MAX_BYTES), parserOf(MAX_BATCH_BYTES)];

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

/** @throws HttpRefusal for JSON that is nested without end. */
export function assertShallow(value: unknown): void {
  if (isDeeperThan(value, MAX_DEPTH))
    throw new HttpRefusal(400, `The request’s JSON is nested deeper than ${String(MAX_DEPTH)} levels.`);
}

const tooLarge = (): HttpRefusal =>
  new HttpRefusal(413, 'The request is larger than 256 KB, or than 2 MB for a batch of events.');

function isBatch(body: unknown): boolean {
  const { query } = body as { readonly query?: unknown };
  return typeof query === 'string' && query.length <= MAX_BYTES && BATCH.test(query);
}

/** What of a body's fault the caller is told. */
function refusalOf(fault: Error & { readonly status?: number; readonly type?: string }): Error {
  const { status = 500, type } = fault;
  if (type === 'entity.too.large') return tooLarge();
  if (status === 415) return new HttpRefusal(415, 'A request is UTF-8, as it is or compressed by gzip, deflate or br.');
  return status < 500 ? new HttpRefusal(400, 'The request’s body is not JSON.') : fault;
}

/** @throws HttpRefusal for a body that is no JSON, or too large. */
export async function readBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const { authorization, 'x-tenant-key': key, 'content-length': length = 0 } = request.headers;
  // The parser would first read all of it away.
  if (Number(length) > MAX_BATCH_BYTES) throw tooLarge();
  const parser = authorization === undefined && key === undefined ? parse : parseBatch;
  const body = await new Promise<unknown>((resolve, reject) => {
    parser(request, response, (fault) => {
      if (fault === undefined) resolve('body' in request ? request.body : undefined);
      else reject(refusalOf(fault));
    });
  });
  if ((sizes.get(request) ?? 0) > MAX_BYTES && !isBatch(body)) throw tooLarge();
  assertShallow(body);
  return body;
}
