/** What a request's method and headers must be before anybody looks at what it asks. */
import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';

import { HttpRefusal } from '../pipeline/refusal.ts';
import { JSON_TYPE } from './negotiate.ts';

/** A page of a stranger can send these without asking. */
const FORM_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);
/** And none of these. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** The type without its parameters; empty for what is no media type. */
function essenceOf(contentType: string): string {
  if (contentType === JSON_TYPE) return JSON_TYPE;
  try {
    return new MIMEType(contentType).essence;
  } catch {
    return '';
  }
}

const isPreflighted = ({ headers }: IncomingMessage): boolean =>
  PREFLIGHTED.some((name) => headers[name] !== undefined && headers[name] !== '');

/** @throws HttpRefusal for what a browser could send for a stranger, and what is not served at all. */
export function assertFetchable(request: IncomingMessage): void {
  const { method, headers } = request;
  if (method !== 'POST' && method !== 'GET')
    throw new HttpRefusal(405, 'GraphQL is asked by POST or GET.', { allow: 'GET, POST' });
  const contentType = headers['content-type'];
  const essence = contentType === undefined ? undefined : essenceOf(contentType);
  const isOpenToStrangers = essence === undefined || FORM_TYPES.has(essence);
  if (isOpenToStrangers && !isPreflighted(request)) {
    const cure = `send the content type ${JSON_TYPE}, or a header ${PREFLIGHTED.join(' or ')}`;
    throw new HttpRefusal(400, `A page of a stranger could have sent this request: ${cure}.`);
  }
  if (essence !== JSON_TYPE && (method === 'POST' || essence !== undefined))
    throw new HttpRefusal(415, `The content type of a request is ${JSON_TYPE}.`);
}
