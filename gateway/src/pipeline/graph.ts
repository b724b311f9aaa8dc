/** One version of the supergraph, with all that its stages keep of it. */
import type { ApolloGateway } from '@apollo/gateway';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { GraphQLSchema } from 'graphql';

import type { AccessTable } from '../accessTable.ts';
import type { PlannerNames } from '../execute/planNames.ts';
import type { Ask } from '../execute/run.ts';
import type { RequestContext } from '../requestContext.ts';
import { runByApollo } from './apolloExecutor.ts';
import { Authoriser } from './authorise.ts';
import { Execution } from './execute.ts';
import { Introspector } from './introspect.ts';
import { Parser } from './parse.ts';
import { Planner } from './plan.ts';

export interface GraphOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** Undefined when Apollo plans and runs everything. */
  readonly supergraphSdl: string | undefined;
  readonly table: AccessTable;
  readonly events: Pick<SecurityEvents, 'note'>;
  readonly ask: (context: RequestContext) => Ask;
  /** The fields that the planner adds. */
  readonly reserved: PlannerNames;
  readonly executor: Awaited<ReturnType<ApolloGateway['load']>>['executor'];
  readonly onFallback: (reason: string) => void;
}

export interface Graph {
  readonly parser: Parser;
  readonly authoriser: Authoriser;
  readonly planner: Planner;
  readonly execution: Execution;
}

export function openGraph(options: GraphOptions): Graph {
  const { schema, table, events, ask, onFallback } = options;
  return {
    parser: new Parser(schema),
    authoriser: new Authoriser({ schema, table, events }),
    planner: new Planner(options),
    execution: new Execution({
      introspector: new Introspector(schema, table),
      ask,
      apollo: (planned) => runByApollo(options, planned),
      onFallback,
    }),
  };
}
