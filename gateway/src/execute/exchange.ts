/** What every fetch of a plan has in common. */
import type { Schema } from '@apollo/federation-internals';

import { readOwn } from './rows.ts';
import type { Run } from './run.ts';
import type { Path } from './walk.ts';

/** Where in the plan a fetch stands. */
export interface Position {
  readonly schema: Schema;
  /** From which objects it goes on. */
  readonly path: Path;
  /** Whether another fetch goes on from what this one brings, so that two places must not share it. */
  readonly isGoneOnFrom: boolean;
  /** Whether what stands there comes from one fetch alone, so that nothing else changes it but what goes on from it. */
  readonly hasOneSource: boolean;
  /** The key of what other fetches of a query ask for as well. */
  readonly sharedKey: string | undefined;
}

/** The variables that the sub-operation uses, of those that were sent. */
export function pickVariables(names: readonly string[], { variables }: Run): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const value = readOwn(variables, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
