/** Apollo's own executor, asked without Apollo Server: a request in the form that it takes. */
import { createHash } from 'node:crypto';

import type { ApolloGateway } from '@apollo/gateway';
import { print, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

import type { Planned } from './flow.ts';

type Executor = Awaited<ReturnType<ApolloGateway['load']>>['executor'];
type ExecutorContext = Parameters<Executor>[0];

const hashes = new WeakMap<DocumentNode, string>();

/** Plans are cached by hash: a rewritten operation has one of its own, or another role is served its plan. */
function hashOf(document: DocumentNode): string {
  const known = hashes.get(document) ?? createHash('sha256').update(print(document)).digest('hex');
  hashes.set(document, known);
  return known;
}

export async function runByApollo(
  executor: Executor,
  schema: GraphQLSchema,
  { asked, context, decision }: Planned,
): Promise<ExecutionResult> {
  const { document, operation } = decision;
  if (document === undefined) throw new Error('nothing is left to run');
  const operationName = operation.name?.value;
  const request = { query: asked.query, operationName, variables: asked.variables };
  const made = {
    request,
    document,
    operation,
    operationName,
    schema,
    context,
    queryHash: hashOf(document),
    metrics: {},
  };
  return (await executor(made as unknown as ExecutorContext)) as ExecutionResult;
}
