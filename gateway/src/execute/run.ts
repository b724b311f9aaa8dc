import type { ExecutionResult } from 'graphql';

import type { EntityLoader } from './entityLoader.ts';
import type { Row } from './rows.ts';

/** A sub-operation for a subgraph. */
export interface SubRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Asks a subgraph by its name. */
export type Ask = (service: string, request: SubRequest) => Promise<ExecutionResult>;

/** One request on its way through a compiled plan. */
export interface Run {
  readonly ask: Ask;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What has been answered so far, with what only the plan needs. */
  readonly data: Row;
  readonly errors: unknown[];
  /** The entities that more than one fetch of the plan may ask for. */
  readonly loaders: Map<string, EntityLoader>;
  /** The paths that entities have been looked up at. */
  readonly visited: Set<string>;
  /** Objects that stand at several places of the answer, which is the same at all of them. */
  readonly shared: Set<Row>;
}

/** A part of a compiled plan; undefined when there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

/** An operation that is left to Apollo's own executor, and why. */
export class Unsupported extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}
