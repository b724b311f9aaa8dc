/** Apollo's gateway: it loads the supergraph, plans, and runs what the platform's own executor leaves to it. */
import { ApolloGateway } from '@apollo/gateway';
import { forbidTelemetry } from '@metatron/platform/env';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import type { GraphQLSchema } from 'graphql';

import type { RequestContext } from './requestContext.ts';
import { asker, dataSource, type AskSubgraph, type SubgraphLink } from './subgraphSource.ts';

type Load = ApolloGateway['load'];

export interface AskerOptions {
  readonly links: ReadonlyMap<string, SubgraphLink>;
  /** Hears of what is denied. */
  readonly events: Pick<SecurityEvents, 'note'>;
  readonly log: Logger;
}

export interface ApolloOptions {
  readonly supergraphSdl: string;
  readonly log: Logger;
}

/** Who asks a subgraph, by its name in the supergraph. */
export type Askers = (name: string) => AskSubgraph;

export interface Apollo {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly executor: Awaited<ReturnType<Load>>['executor'];
  stop(): Promise<void>;
}

/** Apollo's own chatter is no news. */
const quieted = (log: Logger) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
});

export function openAskers({ links, events, log }: AskerOptions): Askers {
  const askers = new Map([...links].map(([name, link]) => [name, asker(link, log, events)]));
  return (name) => {
    const ask = askers.get(name);
    if (ask === undefined) throw new Error(`the supergraph names a subgraph ${name} that does not run`);
    return ask;
  };
}

/** Apollo's gateway as it is: it checks nobody's rights. */
export function createApolloGateway({ supergraphSdl, log }: ApolloOptions, askers: Askers): ApolloGateway {
  forbidTelemetry();
  return new ApolloGateway({
    supergraphSdl,
    logger: quieted(log),
    experimental_didResolveQueryPlan({ queryPlan, requestContext }) {
      const { explanation } = requestContext.context as unknown as RequestContext;
      if (explanation !== undefined) explanation.plan = queryPlan;
    },
    buildService: ({ name }) => dataSource(askers(name)) as never,
  });
}

/** Loads the supergraph. */
export async function openApollo(options: ApolloOptions, askers: Askers): Promise<Apollo> {
  const gateway = createApolloGateway(options, askers);
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (schema = apiSchema));
  const { executor } = await gateway.load();
  if (schema === undefined) throw new Error('the gateway loaded no schema');
  return { schema, executor, stop: () => gateway.stop() };
}
