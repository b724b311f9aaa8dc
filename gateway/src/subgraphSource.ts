/** How the gateway asks a subgraph, wherever it runs. */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { Domain } from '@metatron/platform/domains';
import { toPublicError } from '@metatron/platform/errors';
import type { Caller } from '@metatron/platform/identity';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import type { Serve } from '@metatron/platform/routes';
import type { Subgraph, SubgraphRequest } from '@metatron/platform/subgraph';
import { Kind, parse, type ExecutionResult } from 'graphql';

import type { RequestContext } from './requestContext.ts';
import { FailureLog } from './resilience/failureLog.ts';
import { denialsIn } from './serviceDenials.ts';

/** A fetch of a subgraph, and how long its answer is worth anything. */
export interface LinkRequest extends SubgraphRequest {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** On the clock of `performance.now()`. */
  readonly deadlineAt?: number;
}

/** A subgraph as the gateway sees it, wherever it runs. */
export interface SubgraphLink {
  readonly domain: Domain;
  /** Where it runs; null in this process. */
  readonly address: string | null;
  execute(request: LinkRequest): Promise<ExecutionResult>;
  /** Answers one of the subgraph's routes beside GraphQL. */
  readonly serve: Serve;
  /** @throws when it cannot answer. */
  ping(): Promise<void>;
}

export const localLink = (subgraph: Subgraph): SubgraphLink => ({
  domain: subgraph.domain,
  address: null,
  execute: (request) => subgraph.execute(request),
  serve: subgraph.serve,
  ping: () => subgraph.ping(),
});

const PLATFORM: Pick<Caller, 'identity' | 'address' | 'userAgent'> = {
  identity: { kind: 'platform' },
  address: '',
  userAgent: 'gateway',
};

/** The gateway's own question to a subgraph. */
export function askAsPlatform(
  link: SubgraphLink,
  requestId: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  return link.execute({ query, variables, caller: { ...PLATFORM, requestId } });
}

/** The fields that a sub-operation asks for at its root, by their names in the answer. */
function rootKeys(query: string): string[] {
  const [operation] = parse(query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections
    .filter((selection) => selection.kind === Kind.FIELD)
    .map(({ alias, name }) => alias?.value ?? name.value);
}

/** A subgraph that fails as a whole answers null with an error for each field that it was asked for. */
function failed(query: string, error: unknown): ExecutionResult {
  const { code, message } = toPublicError(error);
  const errors = rootKeys(query).map((key) => ({ message, path: [key], extensions: { code } }));
  return { data: null, errors } as unknown as ExecutionResult;
}

/** Asks a subgraph for a request's sake; one that fails is an answer too. */
export type AskSubgraph = (
  request: Omit<SubgraphRequest, 'caller'>,
  context: RequestContext,
) => Promise<ExecutionResult>;

/** A link with what its answers have to tell: to the log, to the explanation, to the security events. */
export function asker(link: SubgraphLink, log: Logger, events: Pick<SecurityEvents, 'note'>): AskSubgraph {
  const failures = new FailureLog(log, link.domain);
  return async (request, { caller, explanation, signal, deadlineAt }) => {
    const { query } = request;
    const sentAt = performance.now();
    const result = await link.execute({ ...request, caller, signal, deadlineAt }).catch((error: unknown) => {
      failures.note(caller.requestId, error);
      return failed(query, error);
    });
    explanation?.fetched(link.domain, query, sentAt);
    for (const denial of denialsIn(link.domain, query, result, caller)) events.note(denial);
    return result;
  };
}

/** Apollo's data source over a link. */
export function dataSource(ask: AskSubgraph): GraphQLDataSource<RequestContext & object> {
  return {
    async process({ request, context }: GraphQLDataSourceProcessOptions<RequestContext & object>) {
      const variables = request.variables as Record<string, unknown> | undefined;
      const result = await ask({ query: request.query ?? '', variables }, context as RequestContext);
      return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
  };
}
