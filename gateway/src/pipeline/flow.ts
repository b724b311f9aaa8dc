/** What each stage hands to the next. */
import type { Person } from '@metatron/platform/access/matrix';
import type { Caller } from '@metatron/platform/identity';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';

import type { Outcome } from '../execute/outcome.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Decision } from './decide.ts';
import type { Plan } from './plan.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a client asks, by whatever transport. */
export interface Asked {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Values;
  readonly extensions: Values;
}

/** A request at the door. */
export interface Arrival {
  readonly requestId: string;
  readonly startedAt: number;
  /** Whether it comes in a way that may change nothing. */
  readonly isReadOnly: boolean;
  /** What the caller shows to say who they are, as it came. */
  readonly credentials: string;
  /** Whether it wants to be told how it was answered. */
  readonly explains: boolean;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** @throws PublicError for what is no request in GraphQL. */
  readonly receive: () => Promise<Asked>;
  /** @throws PublicError for a caller who is not who they say. */
  readonly identify: () => Promise<Caller>;
}

export interface Received {
  readonly arrival: Arrival;
  readonly asked: Asked;
}

export interface Identified extends Received {
  readonly context: RequestContext;
  readonly person: Person;
}

export interface Parsed extends Identified {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export interface Limited extends Parsed {
  readonly cost: number;
}

export interface Authorised extends Limited {
  readonly decision: Decision;
}

export interface Planned extends Authorised {
  /** Undefined when nothing is left for the services, or Apollo's own executor plans it. */
  readonly plan: Plan | undefined;
}

export interface Executed extends Planned {
  /** What is left of the operation, answered; undefined when nothing is. */
  readonly outcome: Outcome | undefined;
}

export interface Completed {
  readonly context: RequestContext;
  readonly outcome: Outcome;
}
