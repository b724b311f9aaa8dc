import { PublicError } from '@metatron/platform/errors';

/** Why a subgraph's answer is missing. */
export type FailureKind =
  /** Nothing was answered: the connection was refused or reset, or something on the way said so. */
  | 'unreached'
  /** What came is no answer. */
  | 'garbled'
  /** Nothing came in the time that the subgraph was given. */
  | 'late'
  /** The request's own time is over. */
  | 'expired'
  /** Nobody waits for the answer any more. */
  | 'abandoned'
  /** Too much is asked of the subgraph already. */
  | 'busy'
  /** It has failed lately, and is not asked. */
  | 'open';

const MESSAGE = 'A part of the platform does not answer. Try again.';
const MESSAGES: Partial<Record<FailureKind, string>> = {
  late: 'A part of the platform takes too long. Try again, or ask for less.',
  expired: 'The request takes too long. Try again, or ask for less.',
  busy: 'A part of the platform has too much to do. Try again later.',
};

/** The subgraph's own fault, which says something about the next fetch as well. */
const FAULTS: ReadonlySet<FailureKind> = new Set(['unreached', 'garbled', 'late']);

/** A subgraph that did not answer, as the caller is told of it. */
export class SubgraphFailure extends PublicError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind) {
    super('SERVICE_UNAVAILABLE', MESSAGES[kind] ?? MESSAGE);
    this.kind = kind;
  }
}

export const isFailure = (error: unknown, kind: FailureKind): boolean =>
  error instanceof SubgraphFailure && error.kind === kind;

export const isFault = (error: unknown): boolean => error instanceof SubgraphFailure && FAULTS.has(error.kind);
