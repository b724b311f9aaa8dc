/** Apollo's query planner over a supergraph. */
import { operationFromDocument, Supergraph, type Operation, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';

export interface Planned {
  readonly operation: Operation;
  readonly plan: QueryPlan;
}

export interface Planner {
  /** With everything that only subgraphs see. */
  readonly schema: Schema;
  plan(document: DocumentNode, operationName: string | undefined): Planned;
}

/** Builds the graph of a supergraph, which takes a moment. */
export function createQueryPlanner(sdl: string): Planner {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  return {
    schema: supergraph.schema,
    plan(document, operationName) {
      const operation = operationFromDocument(
        apiSchema,
        document,
        operationName === undefined ? {} : { operationName },
      );
      return { operation, plan: planner.buildQueryPlan(operation) };
    },
  };
}
