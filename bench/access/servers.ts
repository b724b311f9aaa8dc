/** Apollo Server over the gateway with the platform's checks, and over the same gateway without them. */
import { ApolloServer } from '@apollo/server';
import { buildAccessTable } from '@metatron/gateway/accessTable';
import { createPlanner } from '@metatron/gateway/apollo';
import { GuardedGateway } from '@metatron/gateway/guardedGateway';
import type { RequestContext } from '@metatron/gateway/requestContext';
import { openSecurityEvents } from '@metatron/gateway/securityEvents';
import type { SubgraphLink } from '@metatron/gateway/subgraphSource';
import { readSupergraph } from '@metatron/gateway/supergraph';
import type { Caller } from '@metatron/platform/identity';
import type { Logger } from '@metatron/platform/log';

type Links = ReadonlyMap<string, SubgraphLink>;

/** Sends one operation in process and gives its data; errors are those that are expected. */
export type Send = (query: string, caller: Caller, errors?: number) => Promise<Record<string, unknown>>;

export interface Server {
  readonly send: Send;
  stop(): Promise<void>;
}

const sendTo =
  (server: ApolloServer<RequestContext>): Send =>
  async (query, caller, expected = 0) => {
    const { signal } = new AbortController();
    const contextValue = { caller, startedAt: performance.now(), deadlineAt: Infinity, signal, explanation: undefined };
    const { body } = await server.executeOperation({ query }, { contextValue });
    const { data, errors = [] } = body.kind === 'single' ? body.singleResult : {};
    if (data == null || errors.length !== expected) throw new Error(`${query}: ${errors[0]?.message ?? 'no data'}`);
    return data;
  };

/** Starts a server; those compared differ in nothing but the checks. */
export async function startServer(links: Links, log: Logger, isGuarded: boolean): Promise<Server> {
  const supergraph = readSupergraph();
  const cdx = links.get('cdx');
  if (cdx === undefined) throw new Error('cdx does not run');
  const events = openSecurityEvents(cdx, log);
  const planner = createPlanner({ supergraph, links, events, log });
  const gateway = isGuarded
    ? new GuardedGateway(planner, (schema) => buildAccessTable(schema, supergraph.owners), events)
    : planner;
  const server = new ApolloServer<RequestContext>({
    gateway,
    persistedQueries: false,
    stopOnTerminationSignals: false,
  });
  await server.start();
  return {
    send: sendTo(server),
    async stop() {
      await server.stop();
      await events.stop();
    },
  };
}
