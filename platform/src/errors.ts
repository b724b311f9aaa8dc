import { GraphQLError } from 'graphql';

/** The top-level codes of the contract. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'THROTTLED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** An error meant for the caller: its message and code travel to the client as they are. */
export class PublicError extends Error {
  readonly code: ErrorCode;
  /** What HTTP says beside it. */
  readonly headers: Readonly<Record<string, string>> = {};

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'PublicError';
    this.code = code;
  }
}

/** A configuration or environment that cannot run; printed at start, the process exits 1. */
export class StartupError extends Error {
  /** @param cure what the person who started it can do */
  constructor(message: string, cure?: string) {
    super(cure === undefined ? message : `${message}\n  ${cure}`);
    this.name = 'StartupError';
  }
}

/** What may be wrong with one field of a mutation's input. */
export type UserErrorCode = 'INVALID' | 'NOT_FOUND' | 'CONFLICT' | 'TAKEN' | 'FORBIDDEN' | 'THROTTLED';

export interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: UserErrorCode;
}

/** Thrown inside a verb: the mutation changes nothing and answers with these `userErrors`. */
export class Refusal extends Error {
  readonly userErrors: readonly UserError[];

  constructor(code: UserErrorCode, message: string, field?: string | readonly string[]) {
    super(message);
    this.name = 'Refusal';
    this.userErrors = [{ code, message, field: typeof field === 'string' ? [field] : (field ?? null) }];
  }

  static of(userErrors: readonly UserError[]): Refusal {
    const refusal = new Refusal('INVALID', 'refused');
    Object.assign(refusal, { userErrors });
    return refusal;
  }
}

const PUBLIC_CODES: ReadonlySet<unknown> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'THROTTLED',
  'SERVICE_UNAVAILABLE',
]);

/** PostgreSQL refuses NUL in text and lone surrogates in UTF-8; both are the caller's input. */
const INPUT_FAULTS = /invalid byte sequence|unsupported Unicode escape|invalid input syntax|out of range/i;

/** The public face of any error: what is not meant for the caller becomes one masked sentence. */
export function toPublicError(error: unknown): PublicError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof PublicError) return cause;
  if (cause instanceof GraphQLError && PUBLIC_CODES.has(cause.extensions['code'])) {
    return new PublicError(cause.extensions['code'] as ErrorCode, cause.message);
  }
  // graphql-js's own complaints (a scalar refused a value, a variable is missing) have no cause.
  if (cause instanceof GraphQLError && cause.originalError === undefined && cause.extensions['code'] === undefined) {
    return new PublicError('BAD_USER_INPUT', cause.message);
  }
  if (cause instanceof Error && INPUT_FAULTS.test(cause.message)) {
    return new PublicError('BAD_USER_INPUT', 'A value in the request cannot be stored.');
  }
  return new PublicError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
}
