/** Stage `introspect`: `__schema` and `__type` are answered from the schema as the caller may see it. */
import {
  BREAK,
  execute,
  GraphQLError,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';

import { prune } from './prune.ts';

/** A field that asks for the schema. `__typename` asks for data. */
export const isIntrospection = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';

/** The part of a document that asks for the schema; undefined when none does. */
export function introspectionOf(document: DocumentNode): DocumentNode | undefined {
  const asking: FieldNode[] = [];
  visit(document, {
    Field(field) {
      if (!isIntrospection(field)) return undefined;
      asking.push(field);
      return BREAK;
    },
  });
  return asking.length > 0 ? prune(document, (field) => (isIntrospection(field) ? 'keep' : 'remove')) : undefined;
}

/** Executes what `introspectionOf` found. */
export function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variableValues: Readonly<Record<string, unknown>>,
): ExecutionResult {
  const result = execute({ schema, document, operationName, variableValues }) as ExecutionResult;
  if (result.errors === undefined) return result;
  const errors = result.errors.map(
    ({ message }) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }),
  );
  return { ...result, errors };
}
