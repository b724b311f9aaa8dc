/** The media type of an answer, by what the client accepts. */
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

import { HttpRefusal } from '../pipeline/refusal.ts';

export const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

export interface MediaType {
  readonly contentType: string;
  /**
   * Whether the client asks for `application/json` by its name and knows no better: it looks for a request's errors in
   * the body of a 200 (GraphQL over HTTP, 6.4.1). Who takes anything is told by the status as well.
   */
  readonly isOlder: boolean;
}

const typed = (type: string, isOlder: boolean): MediaType => ({ contentType: `${type}; charset=utf-8`, isOlder });
const ANY = typed(JSON_TYPE, false);

/** Clients are of few kinds. */
const known = new LRUCache<string, MediaType>({ max: 200 });

function choose(accept: string): MediaType {
  const negotiator = new Negotiator({ headers: { accept } });
  const type = negotiator.mediaType([JSON_TYPE, GRAPHQL_TYPE]);
  if (type === undefined)
    throw new HttpRefusal(406, `An answer is ${JSON_TYPE} or ${GRAPHQL_TYPE}, and neither is accepted.`);
  const named = negotiator.mediaTypes();
  return typed(type, type === JSON_TYPE && named.includes(JSON_TYPE) && !named.includes(GRAPHQL_TYPE));
}

/** @throws HttpRefusal 406 when there is no answer that the client accepts. */
export function negotiate(accept: string | undefined): MediaType {
  if (accept === undefined || accept === '*/*') return ANY;
  const type = known.get(accept) ?? choose(accept);
  known.set(accept, type);
  return type;
}
