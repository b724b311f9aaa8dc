/** Apollo's query planner over a supergraph. */
import { operationFromDocument, Supergraph, type Operation, type Schema } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';

import { planNamesOf, type PlanNames, type PlannerNames } from './planNames.ts';

export interface Planned {
  /** As it is planned, by the plan's names. */
  readonly operation: Operation;
  readonly plan: QueryPlan;
  readonly names: PlanNames;
}

export interface Planner {
  /** With everything that only subgraphs see. */
  readonly schema: Schema;
  plan(document: DocumentNode, operationName: string | undefined): Planned;
}

/**
 * Builds the graph of a supergraph, which takes a moment.
 * @param reserved the fields that the planner adds
 */
export function createQueryPlanner(sdl: string, reserved: PlannerNames): Planner {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  return {
    schema: supergraph.schema,
    plan(document, operationName) {
      const names = planNamesOf(document, reserved);
      const operation = operationFromDocument(
        apiSchema,
        names.document,
        operationName === undefined ? {} : { operationName },
      );
      return { operation, plan: planner.buildQueryPlan(operation), names };
    },
  };
}
