import { ERRORS, errorCodeDef } from '@apollo/federation-internals';
import { GraphQLError } from 'graphql';

import type { Path } from './walk.ts';

/** An error as a subgraph tells it, which nobody has checked. */
export interface SubgraphError {
  readonly message?: unknown;
  readonly path?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Where in the subgraph's own answer an error stands. */
export function pathIn({ path }: SubgraphError): Path | undefined {
  return Array.isArray(path) ? (path as Path) : undefined;
}

/** A subgraph's error as the gateway passes it on: at its place in the whole answer. */
export function downstreamError(error: SubgraphError, serviceName: string, path: Path | undefined): GraphQLError {
  const { message, extensions } = error;
  const isTold = typeof message === 'string' && message !== '';
  const text = isTold ? message : `Error while fetching subquery from service "${serviceName}"`;
  const options = { originalError: error as Error, path, extensions: { ...extensions, serviceName } };
  const code = extensions?.['code'];
  const known = typeof code === 'string' ? errorCodeDef(code) : undefined;
  if (known === undefined && Boolean(code)) return new GraphQLError(text, options);
  return (known ?? ERRORS.DOWNSTREAM_SERVICE_ERROR).err(text, options);
}
