/** Operations over subgraphs that follow a script, by one executor or the other. */
import type { ExecutionResult } from 'graphql';

import { Bed } from './fuzz/bed.ts';
import { composeLibrary } from './fuzz/library.ts';

export const bed = new Bed(composeLibrary());

export interface Call {
  readonly service: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a subgraph answers to what it is asked. */
export type Script = Readonly<Record<string, (variables: Call['variables']) => object>>;

/** Runs an operation with one of the executors, over subgraphs that follow a script. */
export async function run(
  executor: 'apollo' | 'own',
  text: string,
  script: Script,
): Promise<ExecutionResult & { readonly calls: readonly Call[] }> {
  const calls: Call[] = [];
  const answer = await bed.run(executor, bed.plan(text), { text, variables: {} }, (service, _query, variables) => {
    calls.push({ service, variables });
    return Promise.resolve(structuredClone(script[service]?.(variables) ?? {}) as ExecutionResult);
  });
  return { ...answer, calls };
}

export const refusal = { message: 'no', extensions: { code: 'FORBIDDEN' } };
