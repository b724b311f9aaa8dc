/** GraphiQL for a browser that comes without a query. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

import Negotiator from 'negotiator';

export const PLAYGROUND = join(import.meta.dirname, '..', '..', 'playground', 'dist');
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
  'content-type': 'text/html; charset=utf-8',
};

/** Answers with the page when it is what a request wants; false when it is not. */
export type Page = (request: IncomingMessage, response: ServerResponse, search: URLSearchParams) => boolean;

const prefersPage = ({ headers: { accept = '' } }: IncomingMessage): boolean =>
  new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']) === 'text/html';

/** @param demo whether the demo accounts are there, which the page then offers */
export function playgroundPage(demo: boolean): Page {
  const file = join(PLAYGROUND, 'index.html');
  return (request, response, search) => {
    if (request.method !== 'GET' || search.has('query') || !prefersPage(request) || !existsSync(file)) return false;
    response.writeHead(200, HEADERS).end(readFileSync(file, 'utf8').replace('%DEMO%', demo ? 'yes' : 'no'));
    return true;
  };
}
