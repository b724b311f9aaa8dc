/** The gateway's HTTP server: GraphQL, the playground, keys, health and metrics. */
import type { IncomingMessage, RequestListener } from 'node:http';

import type { Domain } from '@metatron/platform/domains';
import type { ExecutorName } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { serve as listen, type HttpServer } from '@metatron/platform/http';
import type { Caller } from '@metatron/platform/identity';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import type { KeyRing } from '@metatron/platform/tokens';
import type { GraphQLSchema } from 'graphql';
import type { Redis } from 'ioredis';

import { buildAccessTable } from './accessTable.ts';
import { admit } from './admit.ts';
import { crossOrigin, type CrossOrigin } from './http/crossOrigin.ts';
import { graphqlListener } from './http/graphqlListener.ts';
import { playgroundPage } from './http/page.ts';
import { SessionStates } from './identify.ts';
import { Metrics } from './metrics.ts';
import { openPipeline, type Pipeline } from './pipeline/pipeline.ts';
import { openQueryStore } from './pipeline/queryStore.ts';
import { followSupergraph } from './followSupergraph.ts';
import { otherRoutes } from './otherRoutes.ts';
import { withinCrowd } from './rates/crowd.ts';
import { door } from './rates/door.ts';
import { promptly } from './rates/promptly.ts';
import { openRates, type Rates } from './rates/rates.ts';
import { Turns } from './rates/turns.ts';
import type { ReadinessProbe } from './readiness.ts';
import { openRedis } from './redis.ts';
import { resilientLinks } from './resilience/resilientLink.ts';
import type { SubgraphLink } from './subgraphSource.ts';
import { openSecurityEvents } from './securityEvents.ts';
import { startReports } from './serviceReports.ts';
import { readSupergraph, supergraphFile } from './supergraph.ts';
import { TenantKeys } from './tenantKeys.ts';

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedOrigins: readonly string[];
  readonly keys: KeyRing;
  readonly links: ReadonlyMap<string, SubgraphLink>;
  /** Further parts that `/ready` reports, such as the sync workers. */
  readonly probes: readonly ReadinessProbe[];
  /** Further figures for `/metrics`, as Prometheus' text. */
  readonly figures: readonly (() => Promise<string>)[];
  /** Whether the demo accounts are there, which the playground then offers. */
  readonly demo: boolean;
  readonly executor: ExecutorName;
  /** The composed supergraph; what is put in its place while the gateway runs is used from then on. */
  readonly supergraphFile?: string;
  /** How many times the usual number of requests is allowed; 0 for any number. */
  readonly rateLimitFactor: number;
  /** What gateways share; undefined: each counts for itself. */
  readonly redisUrl: string | undefined;
  readonly log: Logger;
}

/** Requests of GraphQL alone, before anything that is there for other addresses. */
function before(graphql: RequestListener, others: RequestListener): RequestListener {
  return (request, response) => {
    const { url = '' } = request;
    const path = url.includes('?') ? url.slice(0, url.indexOf('?')) : url;
    (path === '/graphql' || path === '/graphql/' ? graphql : others)(request, response);
  };
}

type Links = ReadonlyMap<string, SubgraphLink>;
type Identify = (request: IncomingMessage, requestId: string) => Promise<Caller>;

/** What the gateway's parts have in common. */
interface Common {
  readonly metrics: Metrics;
  readonly links: Links;
  readonly events: SecurityEvents;
  readonly redis: Redis | undefined;
  readonly rates: Rates | undefined;
  readonly crossOrigin: CrossOrigin;
}

function linkTo(links: Links, domain: Domain): SubgraphLink {
  const link = links.get(domain);
  if (link === undefined) throw new StartupError(`The gateway has no ${domain} subgraph.`);
  return link;
}

function openCommon({ links: subgraphs, allowedOrigins, redisUrl, rateLimitFactor, log }: GatewayOptions): Common {
  const metrics = new Metrics();
  const links = resilientLinks(subgraphs, { metrics, log });
  const events = openSecurityEvents(linkTo(links, 'cdx'), log);
  const redis = redisUrl === undefined ? undefined : openRedis(redisUrl, log);
  const rates = openRates(rateLimitFactor, { redis, metrics, events });
  return { metrics, links, events, redis, rates, crossOrigin: crossOrigin(allowedOrigins) };
}

/** Who asks; whoever is not who they say, or asks too often, is refused. */
function identifier({ keys, log }: GatewayOptions, { links, events, rates }: Common): Identify {
  const auth = linkTo(links, 'auth');
  const authorities = { keys, sessions: new SessionStates(auth, log), tenantKeys: new TenantKeys(auth) };
  return async (request, requestId) => {
    const caller = await admit(request, requestId, authorities, events);
    await rates?.admit(caller);
    return caller;
  };
}

/** Everything that the gateway answers, to as many as it can answer in time. */
function listenerOf(options: GatewayOptions, common: Common, pipeline: Pipeline): RequestListener {
  const { metrics } = common;
  const identify = identifier(options, common);
  const crowd = {
    onRefused: () => metrics.overloaded.inc({ by: 'crowd' }),
    onChange: (underWay: number) => metrics.underWay.set(underWay),
  };
  const page = playgroundPage(options.demo);
  const graphql = graphqlListener({ ...common, pipeline: withinCrowd(promptly(pipeline), crowd), identify, page });
  const others = otherRoutes({ ...options, ...common, identify });
  const onOverloaded = (): void => metrics.overloaded.inc({ by: 'turn' });
  return door({ ...common, turns: new Turns(), onOverloaded }, before(graphql, others));
}

/** Starts the gateway over the links to its subgraphs. */
export async function startGateway(options: GatewayOptions): Promise<HttpServer> {
  const { host, port, supergraphFile: file = supergraphFile, log } = options;
  const common = openCommon(options);
  const { metrics, links, events, redis } = common;
  const { sdl, owners } = readSupergraph(file);
  const buildTable = (schema: GraphQLSchema) => buildAccessTable(schema, owners);
  const queries = openQueryStore(redis);
  const pipeline = await openPipeline({ ...options, ...common, supergraphSdl: sdl, buildTable, queries });
  const server = await listen(listenerOf(options, common, pipeline), host, port);
  const stopReports = startReports({ url: server.url, links, log });
  const unfollow = followSupergraph({ file, sdl, pipeline, metrics, log });
  return {
    url: server.url,
    async stop() {
      stopReports();
      unfollow();
      await server.stop();
      await events.stop();
      await pipeline.stop();
      redis?.disconnect();
    },
  };
}
