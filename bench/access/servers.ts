/** The gateway's stages with the platform's checks, and the same stages without them. */
import { buildAccessTable } from '@metatron/gateway/accessTable';
import { Metrics } from '@metatron/gateway/metrics';
import { complete } from '@metatron/gateway/pipeline/complete';
import type { Asked, Parsed } from '@metatron/gateway/pipeline/flow';
import type { Graph } from '@metatron/gateway/pipeline/graph';
import { identify } from '@metatron/gateway/pipeline/identify';
import { limit } from '@metatron/gateway/pipeline/limit';
import { loadGraph } from '@metatron/gateway/pipeline/loadGraph';
import { serialise } from '@metatron/gateway/pipeline/serialise';
import { openSecurityEvents } from '@metatron/gateway/securityEvents';
import type { SubgraphLink } from '@metatron/gateway/subgraphSource';
import { readSupergraph } from '@metatron/gateway/supergraph';
import type { Caller } from '@metatron/platform/identity';
import type { Logger } from '@metatron/platform/log';

type Links = ReadonlyMap<string, SubgraphLink>;

/** Sends one operation in process and gives its data as JSON; errors are those that are expected. */
export type Send = (query: string, caller: Caller, errors?: number) => Promise<string>;

export interface Server {
  readonly send: Send;
  stop(): Promise<void>;
}

type Check = (graph: Graph, parsed: Parsed) => ReturnType<Graph['authoriser']['authorise']>;

const checked: Check = ({ authoriser }, parsed) => authoriser.authorise(limit(parsed));

const unchecked: Check = (_graph, parsed) => {
  const { document, operation } = parsed;
  return { ...parsed, cost: 0, decision: { document, operation, introspection: undefined, denied: new Set() } };
};

function sendTo(graph: Graph, check: Check, log: Logger): Send {
  return async (query, caller, expected = 0) => {
    const asked: Asked = { query, operationName: undefined, variables: {}, extensions: {} };
    const arrival = {
      ...{
        requestId: caller.requestId,
        startedAt: performance.now(),
        isReadOnly: false,
        explains: false,
        credentials: '',
      },
      signal: new AbortController().signal,
      ...{ receive: () => Promise.resolve(asked), identify: () => Promise.resolve(caller) },
    };
    const parsed = graph.parser.parse(await identify({ arrival, asked: await arrival.receive() }));
    const executed = await graph.execution.execute(graph.planner.plan(check(graph, parsed)));
    const completed = complete(executed);
    serialise(completed, log);
    const { json = 'null', errors = [] } = completed.outcome;
    if (json === 'null' || errors.length !== expected) throw new Error(`${query}: ${errors[0]?.message ?? 'no data'}`);
    return json;
  };
}

/** Starts a server; those compared differ in nothing but the checks. */
export async function startServer(links: Links, log: Logger, isGuarded: boolean): Promise<Server> {
  const { sdl, owners } = readSupergraph();
  const cdx = links.get('cdx');
  if (cdx === undefined) throw new Error('cdx does not run');
  const events = openSecurityEvents(cdx, log);
  const loaded = await loadGraph({
    ...{ supergraphSdl: sdl, links, events, log, executor: 'metatron', metrics: new Metrics() },
    buildTable: (schema) => buildAccessTable(schema, owners),
  });
  return {
    send: sendTo(loaded.graph, isGuarded ? checked : unchecked, log),
    async stop() {
      await loaded.stop();
      await events.stop();
    },
  };
}
