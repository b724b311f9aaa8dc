/** Errors of an answer: a code, a message and a place for the caller, the cause for the log. */
import { toPublicError } from '@metatron/platform/errors';
import type { Logger } from '@metatron/platform/log';
import { GraphQLError } from 'graphql';

/** The codes that travel as they are. */
const KEPT: ReadonlySet<unknown> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'THROTTLED',
  'SERVICE_UNAVAILABLE',
]);

const MASKED = toPublicError(undefined);

const asError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('not an error of GraphQL', error instanceof Error ? { originalError: error } : {});

/** What a suggestion would tell of the schema is told to nobody. */
function withoutSuggestion(message: string): string {
  const at = message.indexOf(' Did you mean');
  return at === -1 ? message : message.slice(0, at);
}

interface Told {
  readonly code: unknown;
  readonly message: string;
}

function tell({ message, extensions, originalError }: GraphQLError): Told {
  const { code } = extensions;
  if (KEPT.has(code)) return { code, message: withoutSuggestion(message) };
  // A complaint of graphql-js about what a subgraph answered is no word for the caller.
  const cause = originalError ?? undefined;
  return cause === undefined || cause instanceof GraphQLError ? MASKED : toPublicError(cause);
}

function publicError(error: GraphQLError, requestId: string): object {
  const { code, message } = tell(error);
  const locations = KEPT.has(code) ? error.locations : undefined;
  return { message, path: error.path, locations, extensions: { code, requestId } };
}

export const publicErrors = (errors: readonly unknown[], requestId: string): readonly object[] =>
  errors.map((error) => publicError(asError(error), requestId));

/** Why a request, or a part of it, failed without a word that is meant for the caller. */
export function logFailures(errors: readonly unknown[], requestId: string, log: Logger): void {
  for (const error of errors) {
    const { originalError, message, extensions } = asError(error);
    const { code } = extensions;
    if ((code !== undefined && code !== 'INTERNAL_SERVER_ERROR') || originalError?.name === 'PublicError') continue;
    const frames = originalError?.stack?.split('\n').slice(1, 6);
    log.error({ requestId, reason: originalError?.message ?? message, frames }, 'a request failed');
  }
}
