/** Apollo's own executor, asked without Apollo Server: a request in the form that it takes. */
import { createHash } from 'node:crypto';

import type { ApolloGateway } from '@apollo/gateway';
import { getOperationAST, print, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

import { planNamesOf, type PlanNames, type PlannerNames } from '../execute/planNames.ts';
import { inCallersNames } from './callersNames.ts';
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

const known = new WeakMap<DocumentNode, PlanNames>();

function namesOf(document: DocumentNode, reserved: PlannerNames): PlanNames {
  const names = known.get(document) ?? planNamesOf(document, reserved);
  known.set(document, names);
  return names;
}

/** Apollo's executor over one supergraph. */
export interface ApolloExecution {
  readonly executor: Executor;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The planner's names. */
  readonly reserved: PlannerNames;
}

export async function runByApollo(
  { executor, schema, reserved }: ApolloExecution,
  planned: Planned,
): Promise<ExecutionResult> {
  const { asked, context, decision } = planned;
  if (decision.document === undefined) throw new Error('nothing is left to run');
  const names = namesOf(decision.document, reserved);
  const { document } = names;
  const operationName = decision.operation.name?.value;
  const operation = getOperationAST(document, operationName);
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
  const result = (await executor(made as unknown as ExecutorContext)) as ExecutionResult;
  if (document === decision.document) return result;
  return inCallersNames(decision.document, decision.operation, names, result);
}
