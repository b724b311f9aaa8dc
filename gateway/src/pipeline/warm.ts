/** What is asked of one version of the supergraph is planned for the next before that is asked anything. */
import { setImmediate as breathe } from 'node:timers/promises';

import { getOperationAST, Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql';

import type { Graph } from './graph.ts';
import { InvalidRequest } from './refusal.ts';

/** The operations asked last; a plan takes some milliseconds, and others wait for no more than one. */
const MOST = 500;

/** @returns undefined for what is no longer valid, which its callers will be told. */
function documentIn(next: Graph, text: string): DocumentNode | undefined {
  try {
    return next.parser.documentOf(text);
  } catch (error) {
    if (error instanceof InvalidRequest) return undefined;
    throw error;
  }
}

const operationsOf = ({ definitions }: DocumentNode): readonly OperationDefinitionNode[] =>
  definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

/** @returns how many operations are ready. */
export async function warm(next: Graph, previous: Graph): Promise<number> {
  let ready = 0;
  for (const text of previous.parser.texts().slice(0, MOST)) {
    const document = documentIn(next, text);
    if (document === undefined) continue;
    for (const before of operationsOf(previous.parser.documentOf(text))) {
      const operation = getOperationAST(document, before.name?.value);
      if (operation == null) continue;
      for (const person of previous.authoriser.personsOf(before)) {
        next.planner.planOf(next.authoriser.decision({ document, operation }, person));
        ready += 1;
        await breathe();
      }
    }
  }
  return ready;
}
