/** Apollo Server over the guarded gateway: parsing, validation, and errors fit for the public. */
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { forbidTelemetry, type ExecutorName } from '@metatron/platform/env';
import { toPublicError } from '@metatron/platform/errors';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

import { buildAccessTable } from './accessTable.ts';
import { CompilingGateway, type PlanningGateway } from './execute/executor.ts';
import { GuardedGateway } from './guardedGateway.ts';
import type { Metrics } from './metrics.ts';
import type { RequestContext } from './requestContext.ts';
import { asker, dataSource, type AskSubgraph, type SubgraphLink } from './subgraphSource.ts';
import type { Supergraph } from './supergraph.ts';

const MAX_TOKENS = 2_000;
/** The planner's own guard against fragments that multiply. */
const MAX_RECURSIVE_SELECTIONS = 10_000;

const KEPT_CODES: ReadonlySet<unknown> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'THROTTLED',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'BAD_REQUEST',
]);

/** What Apollo itself calls differently from the contract. */
const RENAMED: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  BAD_REQUEST: 'BAD_USER_INPUT',
};

function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const known = formatted.extensions?.['code'];
  const path = formatted.path === undefined ? {} : { path: formatted.path };
  // The data source's own refusals come unwrapped; graphql-js' complaints carry Apollo's codes.
  if (known !== 'INTERNAL_SERVER_ERROR' && KEPT_CODES.has(known)) {
    const suggestion = formatted.message.indexOf(' Did you mean');
    const message = suggestion === -1 ? formatted.message : formatted.message.slice(0, suggestion);
    return {
      message,
      ...path,
      ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
      extensions: {
        code: RENAMED[String(known)] ?? known,
        ...(formatted.extensions?.['requestId'] === undefined ? {} : { requestId: formatted.extensions['requestId'] }),
      },
    };
  }
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const { code, message } = toPublicError(
    known === 'INTERNAL_SERVER_ERROR' && cause instanceof GraphQLError ? new Error('masked') : cause,
  );
  return { message, ...path, extensions: { code } };
}

type Sent = GraphQLRequestContextWillSendResponse<RequestContext>;

/** Ties every error to the log by the request's id, and counts. */
function tracePlugin(metrics: Metrics, log: Logger): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors({ errors, contextValue }) {
          for (const { originalError, message, extensions } of errors) {
            if (extensions['code'] !== undefined && extensions['code'] !== 'INTERNAL_SERVER_ERROR') continue;
            if (originalError?.name === 'PublicError') continue;
            log.error(
              {
                requestId: contextValue.caller.requestId,
                reason: message,
                frames: originalError?.stack?.split('\n').slice(1, 6),
              },
              'a request failed',
            );
          }
          return Promise.resolve();
        },
        willSendResponse({ response, contextValue }: Sent) {
          const { requestId } = contextValue.caller;
          response.http.headers.set('x-request-id', requestId);
          if (response.body.kind === 'single') {
            const { singleResult } = response.body;
            if (singleResult.errors !== undefined) {
              Object.assign(singleResult, {
                errors: singleResult.errors.map((error) => ({
                  ...error,
                  extensions: { ...error.extensions, requestId },
                })),
              });
            }
            metrics.requests.inc({ outcome: singleResult.errors === undefined ? 'ok' : 'errors' });
          }
          metrics.seconds.observe((performance.now() - contextValue.startedAt) / 1000);
          return Promise.resolve();
        },
      }),
  };
}

export interface ApolloOptions {
  readonly supergraph: Supergraph;
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly metrics: Metrics;
  /** Hears of what is denied. */
  readonly events: Pick<SecurityEvents, 'note'>;
  readonly log: Logger;
  /** Whose executor runs the plans. */
  readonly executor?: ExecutorName;
}

/** Apollo's own chatter is no news. */
const quieted = (log: Logger) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
});

type Askers = ReadonlyMap<string, AskSubgraph>;

const openAskers = ({ links, events, log }: Pick<ApolloOptions, 'links' | 'events' | 'log'>): Askers =>
  new Map([...links].map(([name, link]) => [name, asker(link, log, events)]));

function askerOf(askers: Askers, name: string): AskSubgraph {
  const ask = askers.get(name);
  if (ask === undefined) throw new Error(`the supergraph names a subgraph ${name} that does not run`);
  return ask;
}

/** Apollo's gateway as it is: it plans and executes, and checks nobody's rights. */
export function createPlanner({ supergraph, links, events, log }: Omit<ApolloOptions, 'metrics'>): ApolloGateway {
  forbidTelemetry();
  const askers = openAskers({ links, events, log });
  return new ApolloGateway({
    supergraphSdl: supergraph.sdl,
    logger: quieted(log),
    experimental_didResolveQueryPlan({ queryPlan, requestContext }) {
      const { explanation } = requestContext.context as unknown as RequestContext;
      if (explanation !== undefined) explanation.plan = queryPlan;
    },
    buildService: ({ name }) => dataSource(askerOf(askers, name)) as never,
  });
}

/** The plans of Apollo's planner, run by the executor that the configuration names. */
function openGateway(options: ApolloOptions): PlanningGateway {
  const inner = createPlanner(options);
  if (options.executor !== 'metatron') return inner;
  const { metrics } = options;
  const askers = openAskers(options);
  return new CompilingGateway({
    inner,
    ask: (context) => (service, request) => askerOf(askers, service)(request, context as unknown as RequestContext),
    onFallback: (reason) => metrics.fallbacks.inc({ reason }),
    onPlan(context, plan) {
      const { explanation } = context as unknown as RequestContext;
      if (explanation !== undefined) explanation.plan = plan;
    },
  });
}

export function createApolloServer(options: ApolloOptions): ApolloServer<RequestContext> {
  const { supergraph, metrics, events, log } = options;
  return new ApolloServer<RequestContext>({
    gateway: new GuardedGateway(openGateway(options), (schema) => buildAccessTable(schema, supergraph.owners), events),
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: MAX_RECURSIVE_SELECTIONS,
    parseOptions: { maxLexicalTokens: MAX_TOKENS, noLocation: false },
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: quieted(log),
    formatError,
    plugins: [ApolloServerPluginLandingPageDisabled(), tracePlugin(metrics, log)],
  });
}
