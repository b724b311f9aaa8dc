/** A subgraph alone behind HTTP: Apollo Server over the same schema, for the gateway's word only. */
import { randomUUID } from 'node:crypto';

import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler } from 'express';

import { noteDeadline, refuseLate } from './callDeadline.ts';
import type { SubgraphContext } from './context.ts';
import { addressOf, serve, type HttpServer } from './http.ts';
import { anonymous, type Caller } from './identity.ts';
import { refusalKind } from './incidents/denials.ts';
import type { SecurityEvents } from './incidents/securityEvents.ts';
import type { Logger } from './log.ts';
import { refusalsExtension } from './refusals.ts';
import { answerFaults, mountRoutes } from './routes.ts';
import { formatError, type Subgraph } from './subgraph.ts';
import type { KeyRing } from './tokens.ts';

export interface SubgraphServerOptions {
  readonly subgraph: Subgraph;
  readonly keys: KeyRing;
  readonly host: string;
  readonly port: number;
  /** Who is refused at the door leaves an incident there. */
  readonly events: Pick<SecurityEvents, 'note'>;
  readonly log: Logger;
}

/** Set by `requireCaller`, which lets nothing else pass. */
interface WithCaller {
  caller: Caller;
}

/** 401 before anything is parsed, for whoever is not the gateway speaking to this subgraph. */
function requireCaller({ subgraph, keys, events, log }: SubgraphServerOptions): RequestHandler {
  return async (request, response, next) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    try {
      (request as unknown as WithCaller).caller = await keys.verifyCaller(token, subgraph.domain);
      next();
    } catch (error) {
      const [fault, requestId] = [refusalKind(error), randomUUID()];
      log.debug({ requestId, fault }, 'asked around the gateway');
      const caller = { identity: anonymous, address: addressOf(request), requestId };
      events.note({ kind: 'gateway_bypassed', caller, coordinates: [`${subgraph.domain}:${fault}`] });
      response.status(401).json({
        errors: [{ message: 'This subgraph answers the gateway alone.', extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
  };
}

/** Carries refusals beside the answer, as `Subgraph.execute` does. */
const refusalsPlugin: ApolloServerPlugin<SubgraphContext<unknown>> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body }, contextValue }) {
        if (body.kind === 'single') Object.assign(body.singleResult, refusalsExtension(contextValue.refusals));
        return Promise.resolve();
      },
    }),
};

export async function serveSubgraph(options: SubgraphServerOptions): Promise<HttpServer> {
  const { subgraph, host, port, log } = options;
  const apollo = new ApolloServer<SubgraphContext<unknown>>({
    schema: subgraph.schema,
    introspection: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => formatError(error, formatted.path, log, ''),
    plugins: [refusalsPlugin, ApolloServerPluginLandingPageDisabled(), ApolloServerPluginInlineTraceDisabled()],
  });
  await apollo.start();
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/ready', async (_request, response) => {
    const ready = await subgraph.ping().then(
      () => true,
      () => false,
    );
    response.status(ready ? 200 : 503).json({ ready });
  });
  app.use('/graphql', requireCaller(options), noteDeadline, express.json({ limit: '4mb' }), refuseLate);
  app.use(
    '/graphql',
    expressMiddleware(apollo, {
      context: ({ req }) => Promise.resolve(subgraph.createContext((req as unknown as WithCaller).caller)),
    }),
  );
  const fromGateway = express.Router();
  mountRoutes(fromGateway, {
    domain: subgraph.domain,
    callerOf: (request) => Promise.resolve((request as unknown as WithCaller).caller),
    serve: subgraph.serve,
    log,
  });
  app.use(requireCaller(options), fromGateway);
  app.use(answerFaults(log));
  const server = await serve(app, host, port);
  return {
    url: `${server.url}/graphql`,
    async stop() {
      await server.stop();
      await apollo.stop();
    },
  };
}
