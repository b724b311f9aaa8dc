/** A process of the load: all services, from memory, each on a port of its own, failing as they are told. */
import { domains, type Domain } from '@metatron/platform/domains';
import { decodeJwt } from 'jose';

import { readSupergraph } from '../../../src/supergraph.ts';
import { Bed } from '../../fuzz/bed.ts';
import { after, answering, FaultySubgraph, flood, never, reset, truncated, type Behaviour } from '../faultySubgraph.ts';

import type { Fault } from './episodes.ts';
import { calmWorld } from './oracle.ts';

export interface Order {
  readonly domain: Domain;
  /** Undefined: it is well again. */
  readonly fault: Fault | undefined;
}

export interface Listening {
  readonly urls: Readonly<Record<string, string>>;
}

export interface Counted {
  /** How often each request's mutation has come, by the request's id. */
  readonly mutations: readonly (readonly [string, number])[];
}

const answer = new Bed(readSupergraph().sdl).inWorld(calmWorld());
/** Made up once: the load is for the gateway. */
const known = new Map<string, Promise<string>>();
const mutations = new Map<string, number>();
const SIGNED_IN = { data: { sessionState: { active: true } } };

function answerText(domain: Domain, query: string, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const key = JSON.stringify([domain, query, variables]);
  const text = known.get(key) ?? answer(domain, query, variables).then((body) => JSON.stringify(body));
  known.set(key, text);
  return text;
}

function requestIdOf(authorization = ''): string {
  const { caller } = decodeJwt<{ caller: { requestId: string } }>(authorization.replace('Bearer ', ''));
  return caller.requestId;
}

const healthy =
  (domain: Domain): Behaviour =>
  (response, { query, variables = {} }) => {
    if (query.includes('sessionState(')) {
      answering(SIGNED_IN)(response, { query }, response.req);
      return;
    }
    void answerText(domain, query, variables).then((body) => answering(body)(response, { query }, response.req));
  };

/** Notes the mutations that come, whatever is answered. */
const counting =
  (behaviour: Behaviour): Behaviour =>
  (response, asked, request) => {
    if (asked.query.startsWith('mutation New')) {
      const id = requestIdOf(request.headers.authorization);
      mutations.set(id, (mutations.get(id) ?? 0) + 1);
    }
    behaviour(response, asked, request);
  };

const faults: Readonly<Record<Exclude<Fault, 'killed'>, (well: Behaviour) => Behaviour>> = {
  reset: () => reset,
  silent: () => never,
  slow: (well) => after(400, well),
  late: (well) => after(4_000, well),
  html: () => answering('<html>bad gateway</html>'),
  truncated: () => truncated,
  status500: () => answering({ data: {} }, 500),
  status503: () => answering('', 503),
  emptied: () => answering({}),
  flood: () => flood,
};

const subgraphs = new Map(domains.map((domain) => [domain, new FaultySubgraph(counting(healthy(domain)), false)]));

async function obey({ domain, fault }: Order): Promise<void> {
  const subgraph = subgraphs.get(domain);
  if (subgraph === undefined) return;
  if (fault === 'killed') return subgraph.kill();
  const well = healthy(domain);
  subgraph.behaviour = counting(fault === undefined ? well : faults[fault](well));
  if (fault === undefined) await subgraph.start();
}

process.on('message', (order: Order | 'count') => {
  if (order === 'count') process.send?.({ mutations: [...mutations] } satisfies Counted);
  else void obey(order);
});
await Promise.all([...subgraphs.values()].map((subgraph) => subgraph.start()));
process.send?.({ urls: Object.fromEntries([...subgraphs].map(([name, { url }]) => [name, url])) } satisfies Listening);
