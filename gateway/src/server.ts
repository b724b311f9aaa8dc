/** The gateway's HTTP server: GraphQL, the playground, keys, health and metrics. */
import type { IncomingMessage, RequestListener } from 'node:http';

import type { ExecutorName } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { serve as listen, type HttpServer } from '@metatron/platform/http';
import type { Logger } from '@metatron/platform/log';
import type { KeyRing } from '@metatron/platform/tokens';
import type { GraphQLSchema } from 'graphql';

import { buildAccessTable } from './accessTable.ts';
import { admit } from './admit.ts';
import { crossOrigin } from './http/crossOrigin.ts';
import { graphqlListener } from './http/graphqlListener.ts';
import { playgroundPage } from './http/page.ts';
import { SessionStates } from './identify.ts';
import { Metrics } from './metrics.ts';
import { openPipeline } from './pipeline/pipeline.ts';
import { openQueryStore } from './pipeline/queryStore.ts';
import { followSupergraph } from './followSupergraph.ts';
import { door } from './rates/door.ts';
import { openRates } from './rates/rates.ts';
import { otherRoutes } from './otherRoutes.ts';
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

/** Starts the gateway over the links to its subgraphs. */
export async function startGateway({
  host,
  port,
  allowedOrigins,
  keys,
  links: subgraphs,
  probes,
  figures,
  demo,
  executor,
  supergraphFile: file = supergraphFile,
  rateLimitFactor,
  redisUrl,
  log,
}: GatewayOptions): Promise<HttpServer> {
  const metrics = new Metrics();
  const links = resilientLinks(subgraphs, { metrics, log });
  const [auth, cdx] = [links.get('auth'), links.get('cdx')];
  if (auth === undefined) throw new StartupError('The gateway has no auth subgraph.');
  if (cdx === undefined) throw new StartupError('The gateway has no cdx subgraph.');
  const authorities = { keys, sessions: new SessionStates(auth, log), tenantKeys: new TenantKeys(auth) };
  const events = openSecurityEvents(cdx, log);
  const { sdl, owners } = readSupergraph(file);
  const buildTable = (schema: GraphQLSchema) => buildAccessTable(schema, owners);
  const redis = redisUrl === undefined ? undefined : openRedis(redisUrl, log);
  const queries = openQueryStore(redis);
  const parts = { supergraphSdl: sdl, buildTable, links, metrics, events, queries, log, executor };
  const pipeline = await openPipeline(parts);
  const rates = openRates(rateLimitFactor, { redis, metrics, events });
  const identify = async (request: IncomingMessage, requestId: string) => {
    const caller = await admit(request, requestId, authorities, events);
    await rates?.admit(caller);
    return caller;
  };

  const allowOrigin = crossOrigin(allowedOrigins);
  const others = otherRoutes({
    links,
    probes,
    figures,
    metrics,
    keys,
    identify,
    crossOrigin: allowOrigin,
    events,
    log,
  });
  const page = playgroundPage(demo);
  const graphql = graphqlListener({ pipeline, identify, crossOrigin: allowOrigin, page });
  const listener = before(graphql, others);
  const server = await listen(rates === undefined ? listener : door(rates, allowOrigin, listener), host, port);
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
