import type { IncomingMessage } from 'node:http';
import { finished, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Domain } from '@metatron/platform/domains';
import { PublicError } from '@metatron/platform/errors';
import { answerWhole, type Exchange } from '@metatron/platform/routes';
import type { KeyRing } from '@metatron/platform/tokens';

/** Nothing else of a request reaches a subgraph, and nothing else of its answer the caller. */
const ASKED = ['content-type', 'range', 'if-none-match', 'if-range'];
const ANSWERED = [
  ...['content-type', 'content-length', 'content-range', 'content-disposition', 'content-security-policy'],
  ...['accept-ranges', 'cache-control', 'etag', 'x-content-type-options', 'cross-origin-resource-policy'],
];
/** A large file over a slow line. */
const DEADLINE_MS = 120_000;

/**
 * What a caller sends, in a stream that may be destroyed: a service that answers before it has read all of it
 * ends the stream, and the request's own would take the caller's connection with it.
 */
function bodyOf(request: IncomingMessage): ReadableStream {
  const body = new PassThrough();
  finished(request, (error) => {
    if (error != null) body.destroy(error);
  });
  return Readable.toWeb(request.pipe(body)) as ReadableStream;
}

/** Passes a request on to the subgraph that answers it, with the caller as a token for that subgraph alone. */
export async function passOn(
  { request, response, caller }: Exchange,
  domain: Domain,
  endpoint: string,
  keys: KeyRing,
): Promise<void> {
  const headers = new Headers({ authorization: `Bearer ${await keys.signCaller(caller, domain)}` });
  for (const name of ASKED) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const answer = await fetch(new URL(request.url ?? '/', endpoint), {
    method: request.method ?? 'GET',
    headers,
    ...(request.method === 'PUT' ? { body: bodyOf(request), duplex: 'half' } : {}),
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch(() => {
    throw new PublicError('SERVICE_UNAVAILABLE', 'A part of the platform does not answer. Try again.');
  });
  response.statusCode = answer.status;
  for (const name of ANSWERED) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  if (!request.complete) answerWhole(response, Buffer.from(await answer.arrayBuffer()));
  else if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as never), response);
}
