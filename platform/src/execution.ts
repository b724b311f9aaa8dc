import { execute, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 1_000;

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** Runs an operation over one schema. */
export type Run = (operation: Operation, contextValue?: unknown) => ExecutionResult | Promise<ExecutionResult>;

/** Runs operations that the gateway's planner has made: a document is parsed when its text first comes. */
export function executorOf(schema: GraphQLSchema): Run {
  const documents = new LRUCache<string, DocumentNode>({ max: MAX_DOCUMENTS });
  const parsed = (query: string): DocumentNode => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    const document = parse(query, { noLocation: true });
    documents.set(query, document);
    return document;
  };
  return ({ query, variables = {}, operationName }, contextValue) =>
    execute({ schema, document: parsed(query), contextValue, variableValues: variables, operationName });
}
