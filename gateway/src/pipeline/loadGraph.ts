import type { ExecutorName } from '@metatron/platform/env';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import type { GraphQLSchema } from 'graphql';

import type { AccessTable } from '../accessTable.ts';
import { openApollo, openAskers } from '../apollo.ts';
import { namesOfPlanner } from '../execute/planNames.ts';
import type { Metrics } from '../metrics.ts';
import type { SubgraphLink } from '../subgraphSource.ts';
import type { QueryStore } from './queryStore.ts';
import { openGraph, type Graph } from './graph.ts';

/** One version of the supergraph. */
export interface GraphSource {
  readonly supergraphSdl: string;
  /** Who may use what of the schema that clients see. */
  readonly buildTable: (schema: GraphQLSchema) => Promise<AccessTable>;
}

export interface PipelineOptions extends GraphSource {
  /** By the subgraph's name in the supergraph. */
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly metrics: Metrics;
  /** Hears of what is denied. */
  readonly events: Pick<SecurityEvents, 'note'>;
  /** Where queries are kept that clients ask for by their hash. */
  readonly queries: QueryStore;
  /** Whose executor runs the plans. */
  readonly executor: ExecutorName;
  readonly log: Logger;
}

export interface Loaded {
  readonly graph: Graph;
  stop(): Promise<void>;
}

/** Loads the supergraph, with everything that its requests need. */
export async function loadGraph(options: Omit<PipelineOptions, 'queries'>): Promise<Loaded> {
  const { supergraphSdl, executor, metrics } = options;
  const askers = openAskers(options);
  const apollo = await openApollo(options, askers);
  const { schema } = apollo;
  const graph = openGraph({
    ...{ schema, table: await options.buildTable(schema), events: options.events },
    supergraphSdl: executor === 'metatron' ? supergraphSdl : undefined,
    ask: (context) => (service, request) => askers(service)(request, context),
    reserved: namesOfPlanner(supergraphSdl),
    executor: apollo.executor,
    onFallback: (reason) => metrics.fallbacks.inc({ reason }),
  });
  return { graph, stop: () => apollo.stop() };
}
