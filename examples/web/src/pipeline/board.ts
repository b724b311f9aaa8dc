import type { BoardQuery, PipelinesQuery } from '../generated/graphql.ts';

type Connection<Query, Field extends keyof Query> = NonNullable<Query[Field]>;

export type Pipeline = Connection<PipelinesQuery, 'pipelines'>['edges'][number]['node'];
export type Stage = Pipeline['stages'][number];
export type Lead = Connection<BoardQuery, 'leads'>['edges'][number]['node'];

/** What a column passes to its cards. */
export interface Moves {
  readonly stages: readonly Stage[];
  readonly moving: ReadonlySet<string>;
  readonly refusals: ReadonlyMap<string, string>;
  readonly move: (leadId: string, stage: Stage) => void;
}
