import type { SubgraphRequest } from '@metatron/platform/subgraph';
import { SubOperations } from '@metatron/platform/subOperations';
import { execute, type ExecutionResult, type GraphQLSchema } from 'graphql';

type Run = (operation: Omit<SubgraphRequest, 'caller'>) => ExecutionResult | Promise<ExecutionResult>;

/** Runs sub-operations as the product's own subgraphs do. */
export function runnerOf(schema: GraphQLSchema): Run {
  const operations = new SubOperations(schema, () => false);
  return ({ query, variables = {}, operationName }) =>
    execute({ schema, document: operations.read(query).document, variableValues: variables, operationName });
}
