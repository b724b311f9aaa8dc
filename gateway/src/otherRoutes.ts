/** What the gateway answers beside GraphQL: health, metrics, keys, the playground's files and the services' routes. */
import type { IncomingMessage } from 'node:http';

import type { Caller } from '@metatron/platform/identity';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import { answerFaults, mountRoutes } from '@metatron/platform/routes';
import type { KeyRing } from '@metatron/platform/tokens';
import express, { type Express } from 'express';

import { watchRoutes } from './admit.ts';
import type { CrossOrigin } from './http/crossOrigin.ts';
import { PLAYGROUND } from './http/page.ts';
import { requestIdOf } from './identify.ts';
import type { Metrics } from './metrics.ts';
import { askReadiness, type ReadinessProbe } from './readiness.ts';
import type { SubgraphLink } from './subgraphSource.ts';

export interface OtherRoutesOptions {
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly probes: readonly ReadinessProbe[];
  readonly figures: readonly (() => Promise<string>)[];
  readonly metrics: Metrics;
  readonly keys: Pick<KeyRing, 'jwks'>;
  readonly identify: (request: IncomingMessage, requestId: string) => Promise<Caller>;
  readonly crossOrigin: CrossOrigin;
  readonly events: Pick<SecurityEvents, 'note'>;
  readonly log: Logger;
}

/** For whoever watches over the process. */
function mountWatch(app: Express, { links, probes, figures, metrics }: OtherRoutesOptions): void {
  app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/ready', async (_request, response) => {
    const readiness = await askReadiness(links, probes);
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  const { registry } = metrics;
  const all = [() => registry.metrics(), ...figures];
  app.get('/metrics', async (_request, response) => {
    const texts = await Promise.all(all.map((read) => read().catch(() => '')));
    response.type(registry.contentType).send(texts.join('\n'));
  });
}

/** Nothing of these is anybody's in particular. */
function mountPublic(app: Express, { keys }: OtherRoutesOptions): void {
  app.get(
    '/.well-known/jwks.json',
    (_request, response) => void response.set('cache-control', 'public, max-age=300').json(keys.jwks),
  );
  app.get('/', (_request, response) => response.redirect('/graphql'));
  app.use('/playground', express.static(PLAYGROUND, { index: false, immutable: true, maxAge: '1y' }));
}

function mountServices(app: Express, { links, identify, crossOrigin, events, log }: OtherRoutesOptions): void {
  const callerOf = (request: IncomingMessage) => identify(request, requestIdOf(request));
  app.use('/media', (request, response, next) => {
    if (!crossOrigin(request, response)) next();
  });
  for (const { domain, serve } of links.values())
    mountRoutes(app, { domain, callerOf, serve: watchRoutes(serve, events), log });
}

/** Every address but GraphQL's. */
export function otherRoutes(options: OtherRoutesOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'x-content-type-options': 'nosniff' });
    next();
  });
  mountWatch(app, options);
  mountPublic(app, options);
  mountServices(app, options);
  app.use(answerFaults(options.log));
  return app;
}
