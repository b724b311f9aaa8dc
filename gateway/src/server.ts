/** The gateway's HTTP server: GraphQL, the playground, keys, health and metrics. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { HeaderMap } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import type { ExecutorName } from '@metatron/platform/env';
import { PublicError, StartupError } from '@metatron/platform/errors';
import { serve as listen, type HttpServer } from '@metatron/platform/http';
import type { Logger } from '@metatron/platform/log';
import { mountRoutes } from '@metatron/platform/routes';
import type { KeyRing } from '@metatron/platform/tokens';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { GraphQLError } from 'graphql';

import { admit, watchRoutes } from './admit.ts';
import { createApolloServer } from './apollo.ts';
import { readBody } from './body.ts';
import { Explanation } from './explanation.ts';
import { requestIdOf, SessionStates } from './identify.ts';
import { Metrics } from './metrics.ts';
import { askReadiness, type ReadinessProbe } from './readiness.ts';
import type { RequestContext } from './requestContext.ts';
import { resilientLinks } from './resilience/resilientLink.ts';
import { deadlineOf } from './resilience/settings.ts';
import type { SubgraphLink } from './subgraphSource.ts';
import { openSecurityEvents } from './securityEvents.ts';
import { startReports } from './serviceReports.ts';
import { readSupergraph } from './supergraph.ts';
import { TenantKeys } from './tenantKeys.ts';

const PLAYGROUND = join(import.meta.dirname, '..', 'playground', 'dist');
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

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
  readonly log: Logger;
}

/** Exactly the origins of the configuration; a stranger gets no header at all. */
function crossOrigin(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (origin !== undefined && allowed.includes(origin)) {
      response.set({
        'access-control-allow-origin': origin,
        'access-control-allow-headers':
          'authorization, content-type, x-tenant-key, x-request-id, x-metatron-explain, apollo-require-preflight',
        'access-control-allow-methods': 'GET, POST, PUT',
        'access-control-max-age': '600',
      });
    }
    if (request.method === 'OPTIONS') response.sendStatus(204);
    else next();
  };
}

/** GraphiQL for a browser that comes without a query. */
function playgroundPage(demo: boolean): RequestHandler {
  const page = join(PLAYGROUND, 'index.html');
  return (request, response, next) => {
    if (
      request.method !== 'GET' ||
      request.query['query'] !== undefined ||
      request.accepts(['json', 'html']) !== 'html' ||
      !existsSync(page)
    ) {
      next();
      return;
    }
    response
      .set({ 'content-security-policy': PAGE_POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' })
      .type('html')
      .send(readFileSync(page, 'utf8').replace('%DEMO%', demo ? 'yes' : 'no'));
  };
}

function asHttpError(error: unknown, requestId: string): GraphQLError {
  if (!(error instanceof PublicError)) throw error;
  const status = error.code === 'UNAUTHENTICATED' ? 401 : 503;
  const http = { status, headers: new HeaderMap([['x-request-id', requestId]]) };
  return new GraphQLError(error.message, { extensions: { code: error.code, requestId, http } });
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
  log,
}: GatewayOptions): Promise<HttpServer> {
  const metrics = new Metrics();
  const links = resilientLinks(subgraphs, { metrics, log });
  const [auth, cdx] = [links.get('auth'), links.get('cdx')];
  if (auth === undefined) throw new StartupError('The gateway has no auth subgraph.');
  if (cdx === undefined) throw new StartupError('The gateway has no cdx subgraph.');
  const authorities = { keys, sessions: new SessionStates(auth, log), tenantKeys: new TenantKeys(auth) };
  const events = openSecurityEvents(cdx, log);
  const apollo = createApolloServer({ supergraph: readSupergraph(), links, metrics, events, log, executor });
  await apollo.start();

  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'x-content-type-options': 'nosniff' });
    next();
  });
  app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/ready', async (_request, response) => {
    const readiness = await askReadiness(links, probes);
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  const all = [() => metrics.registry.metrics(), ...figures];
  app.get('/metrics', async (_request, response) => {
    const texts = await Promise.all(all.map((read) => read().catch(() => '')));
    response.type(metrics.registry.contentType).send(texts.join('\n'));
  });
  app.get(
    '/.well-known/jwks.json',
    (_request, response) => void response.set('cache-control', 'public, max-age=300').json(keys.jwks),
  );
  app.get('/', (_request, response) => response.redirect('/graphql'));
  app.use('/playground', express.static(PLAYGROUND, { index: false, immutable: true, maxAge: '1y' }));
  app.use('/graphql', crossOrigin(allowedOrigins), playgroundPage(demo), ...readBody);
  const context = async ({ req, res }: { req: Request; res: Response }): Promise<RequestContext> => {
    const startedAt = performance.now();
    const asker = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) asker.abort();
    });
    const requestId = requestIdOf(req);
    const caller = await admit(req, requestId, authorities, events).catch((error: unknown) => {
      throw asHttpError(error, requestId);
    });
    const explained = caller.identity.kind === 'user' && req.headers['x-metatron-explain'] === 'true';
    return {
      caller,
      startedAt,
      deadlineAt: deadlineOf('query', startedAt),
      signal: asker.signal,
      explanation: explained ? new Explanation(startedAt) : undefined,
    };
  };
  app.use('/graphql', expressMiddleware(apollo, { context }));
  const callerOf = (request: Request) => admit(request, requestIdOf(request), authorities, events);
  app.use('/media', crossOrigin(allowedOrigins));
  for (const { domain, serve } of links.values())
    mountRoutes(app, { domain, callerOf, serve: watchRoutes(serve, events), log });

  const server = await listen(app, host, port);
  const stopReports = startReports({ url: server.url, links, log });
  return {
    url: server.url,
    async stop() {
      stopReports();
      await server.stop();
      await events.stop();
      await apollo.stop();
    },
  };
}
