/** A subgraph behind HTTP, over connections that are kept: the caller travels as a token for this subgraph alone. */
import type { Domain } from '@metatron/platform/domains';
import { PublicError } from '@metatron/platform/errors';
import type { Caller } from '@metatron/platform/identity';
import type { KeyRing } from '@metatron/platform/tokens';
import type { ExecutionResult } from 'graphql';
import { Pool } from 'undici';

import { isRow } from './execute/rows.ts';
import { passOn } from './passOn.ts';
import type { SubgraphLink } from './subgraphSource.ts';

const PING_MS = 2_000;
/** More than a subgraph's pages can hold. */
const MAX_ANSWER_BYTES = 32 * 2 ** 20;
const MAX_CONNECTIONS = 128;
/** The statuses of an answer in GraphQL; another one comes from something else on the way. */
const ANSWERED: ReadonlySet<number> = new Set([200, 400]);

export interface RemoteLimits {
  /** In which a fetch is answered, or its fields are lost. */
  readonly deadlineMs: number;
}

const LIMITS: RemoteLimits = { deadlineMs: 10_000 };

const unavailable = (): PublicError =>
  new PublicError('SERVICE_UNAVAILABLE', 'A part of the platform does not answer. Try again.');

/** Whether it has the shape of an answer in GraphQL, whatever is in it. */
function isAnswer(body: unknown): body is ExecutionResult {
  if (!isRow(body)) return false;
  const { data, errors } = body;
  if (data === undefined && errors === undefined) return false;
  return (data == null || isRow(data)) && (errors === undefined || (Array.isArray(errors) && errors.every(isRow)));
}

/** Signed once for all fetches of a request. */
class CallerTokens {
  private readonly tokens = new WeakMap<Caller, Promise<string>>();
  private readonly keys: KeyRing;
  private readonly domain: Domain;

  constructor(keys: KeyRing, domain: Domain) {
    this.keys = keys;
    this.domain = domain;
  }

  of(caller: Caller): Promise<string> {
    const known = this.tokens.get(caller) ?? this.keys.signCaller(caller, this.domain);
    this.tokens.set(caller, known);
    return known;
  }
}

export function remoteLink(domain: Domain, url: string, keys: KeyRing, { deadlineMs } = LIMITS): SubgraphLink {
  const endpoint = new URL(url.endsWith('/graphql') ? url : `${url.replace(/\/$/, '')}/graphql`);
  const pool = new Pool(endpoint.origin, { connections: MAX_CONNECTIONS, maxResponseSize: MAX_ANSWER_BYTES });
  const tokens = new CallerTokens(keys, domain);
  const path = `${endpoint.pathname}${endpoint.search}`;
  const send = async (token: string, body: string): Promise<unknown> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
    };
    const signal = AbortSignal.timeout(deadlineMs);
    const answer = await pool.request({ method: 'POST', path, headers, body, signal });
    if (ANSWERED.has(answer.statusCode)) return answer.body.json();
    await answer.body.dump();
    return undefined;
  };
  return {
    domain,
    address: endpoint.href,
    async execute({ query, variables, operationName, caller }) {
      const token = await tokens.of(caller);
      const body = await send(token, JSON.stringify({ query, variables, operationName })).catch(() => undefined);
      if (!isAnswer(body)) throw unavailable();
      return body;
    },
    serve: (_route, exchange) => passOn(exchange, domain, endpoint.href, keys),
    async ping() {
      const response = await fetch(new URL('/ready', endpoint), { signal: AbortSignal.timeout(PING_MS) });
      if (!response.ok) throw new Error(`answers ${String(response.status)}`);
    },
  };
}
