/** A subgraph behind HTTP, over connections that are kept: the caller travels as a token for this subgraph alone. */
import { DEADLINE_HEADER } from '@metatron/platform/callDeadline';
import type { Domain } from '@metatron/platform/domains';
import type { Caller } from '@metatron/platform/identity';
import type { KeyRing } from '@metatron/platform/tokens';
import type { ExecutionResult } from 'graphql';
import { Pool } from 'undici';

import { isRow } from './execute/rows.ts';
import { passOn } from './passOn.ts';
import { RemoteExchange } from './remoteExchange.ts';
import { SubgraphFailure } from './resilience/failure.ts';
import type { SubgraphLink } from './subgraphSource.ts';

const PING_MS = 2_000;
const MAX_CONNECTIONS = 128;

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

/** How long the gateway still waits, for the subgraph to know. */
const remaining = (deadlineAt: number): Record<string, string> =>
  deadlineAt === Infinity ? {} : { [DEADLINE_HEADER]: String(Math.ceil(deadlineAt - performance.now())) };

/** @throws SubgraphFailure */
function readAnswer(text: string): ExecutionResult {
  try {
    const answer: unknown = JSON.parse(text);
    if (isAnswer(answer)) return answer;
  } catch {
    // No JSON is no answer either.
  }
  throw new SubgraphFailure('garbled');
}

export function remoteLink(domain: Domain, url: string, keys: KeyRing): SubgraphLink {
  const endpoint = new URL(url.endsWith('/graphql') ? url : `${url.replace(/\/$/, '')}/graphql`);
  // A fetch has a deadline of its own, which is shorter than any of undici's.
  const exchange = new RemoteExchange(new Pool(endpoint.origin, { connections: MAX_CONNECTIONS }));
  const tokens = new CallerTokens(keys, domain);
  const path = `${endpoint.pathname}${endpoint.search}`;
  return {
    domain,
    address: endpoint.href,
    async execute({ query, variables, operationName, caller, signal, deadlineAt = Infinity }) {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${await tokens.of(caller)}`,
        ...remaining(deadlineAt),
      };
      const body = JSON.stringify({ query, variables, operationName });
      return readAnswer(await exchange.ask({ path, headers, body, signal }));
    },
    serve: (_route, asked) => passOn(asked, domain, endpoint.href, keys),
    async ping() {
      const response = await fetch(new URL('/ready', endpoint), { signal: AbortSignal.timeout(PING_MS) });
      if (!response.ok) throw new Error(`answers ${String(response.status)}`);
    },
  };
}
