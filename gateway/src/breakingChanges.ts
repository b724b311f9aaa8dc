/** What a supergraph takes away from those who use its public schema. */
import { Supergraph } from '@apollo/federation-internals';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';

export interface BreakingChange {
  /** The schema coordinate, such as `Lead.stage`. */
  readonly coordinate: string;
  readonly message: string;
}

const publicSchema = (sdl: string): GraphQLSchema => Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();

/** The changes from one supergraph to the next by which a query that was valid may fail. */
export async function breakingChanges(before: string, after: string): Promise<BreakingChange[]> {
  const changes = await diff(publicSchema(before), publicSchema(after));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path, message }) => ({ coordinate: path ?? '', message }));
}
