/** GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): from a request to the pipeline and back. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { Caller } from '@metatron/platform/identity';

import { requestIdOf } from '../identify.ts';
import { refused, type Answer } from '../pipeline/answer.ts';
import type { Asked } from '../pipeline/flow.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { assertFetchable } from './assertFetchable.ts';
import { readBody } from './body.ts';
import type { CrossOrigin } from './crossOrigin.ts';
import { negotiate, type MediaType } from './negotiate.ts';
import type { Page } from './page.ts';
import { fromBody, fromSearch } from './parameters.ts';

export interface GraphqlListenerOptions {
  readonly pipeline: Pick<Pipeline, 'answer'>;
  /** @throws PublicError for a caller who is not who they say. */
  readonly identify: (request: IncomingMessage, requestId: string) => Promise<Caller>;
  readonly crossOrigin: CrossOrigin;
  readonly page: Page;
}

function searchOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1));
}

const credentialsOf = ({ headers }: IncomingMessage): string =>
  JSON.stringify([headers.authorization, headers['x-tenant-key']]);

/** Aborts when the client goes before it has its answer. */
function departureOf(response: ServerResponse): AbortSignal {
  const asker = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) asker.abort();
  });
  return asker.signal;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<Asked> {
  assertFetchable(request);
  return request.method === 'GET' ? fromSearch(searchOf(request)) : fromBody(await readBody(request, response));
}

/** What is longer is made bytes of once: node would write it behind its headers, and copy it once more for that. */
const LONG_CHARACTERS = 8 * 1024;

const bodyOf = (text: string): string | Buffer => (text.length > LONG_CHARACTERS ? Buffer.from(text) : text);

function send(response: ServerResponse, requestId: string, answer: Answer, type: MediaType): void {
  // Who asked has gone.
  if (response.destroyed) return;
  response.statusCode = answer.isRequestError && type.isOlder ? 200 : answer.status;
  response.setHeader('x-request-id', requestId);
  response.setHeader('content-type', type.contentType);
  response.setHeader('cache-control', 'no-store');
  for (const name of Object.keys(answer.headers)) response.setHeader(name, answer.headers[name] ?? '');
  response.end(bodyOf(answer.text));
}

/** Answers every request that it is given. */
export function graphqlListener(options: GraphqlListenerOptions): RequestListener {
  const { pipeline, identify, crossOrigin, page } = options;
  const answer = async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> => {
    const startedAt = performance.now();
    const type = negotiate(request.headers.accept);
    const arrived = await pipeline.answer({
      requestId,
      startedAt,
      isReadOnly: request.method === 'GET',
      credentials: credentialsOf(request),
      signal: departureOf(response),
      explains: request.headers['x-metatron-explain'] === 'true',
      receive: () => receive(request, response),
      identify: () => identify(request, requestId),
    });
    send(response, requestId, arrived, type);
  };
  return (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    if (crossOrigin(request, response)) return;
    if (request.method === 'GET' && page(request, response, searchOf(request))) return;
    const requestId = requestIdOf(request);
    answer(request, response, requestId).catch((error: unknown) => {
      send(response, requestId, refused(error, requestId), negotiate(undefined));
    });
  };
}
