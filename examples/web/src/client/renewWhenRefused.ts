import { CombinedGraphQLErrors, ServerError } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { from, switchMap, throwError } from 'rxjs';

import { renew } from '../session/session.ts';

function isUnauthenticated(error: unknown): boolean {
  // A token that does not verify refuses the whole request, with HTTP 401.
  if (ServerError.is(error)) return error.statusCode === 401;
  return (
    CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED')
  );
}

interface Sent {
  readonly headers?: { readonly authorization?: string };
}

/** A request that was refused for its token is sent once more with a new one. */
export const renewWhenRefused = new ErrorLink(({ error, operation, forward }) => {
  if (!isUnauthenticated(error)) return undefined;
  const { headers } = operation.getContext() as Sent;
  const refused = headers?.authorization?.replace('Bearer ', '');
  return from(renew(refused)).pipe(switchMap((renewed) => (renewed ? forward(operation) : throwError(() => error))));
});
