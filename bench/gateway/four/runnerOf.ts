import type { SubgraphRequest } from '@metatron/platform/subgraph';
import { SubOperations } from '@metatron/platform/subOperations';
import type { ExecutionResult, GraphQLSchema } from 'graphql';

type Run = (operation: Omit<SubgraphRequest, 'caller'>) => Promise<ExecutionResult>;

/** Runs sub-operations as the product's own subgraphs do. */
export function runnerOf(schema: GraphQLSchema): Run {
  const operations = new SubOperations(schema, () => undefined);
  return ({ query, variables, operationName }) => operations.read(query).execute({ variables, operationName });
}
