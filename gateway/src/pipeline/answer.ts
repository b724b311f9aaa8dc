/** What goes back to the client, whatever the transport. */
import { toPublicError, type PublicError } from '@metatron/platform/errors';
import { STATUS } from '@metatron/platform/routes';

import { HttpRefusal, InvalidRequest, PersistedQueryNotFound, type Fault } from './refusal.ts';

export interface Answer {
  readonly status: number;
  /** Whether the status is GraphQL's own word, which the older media type says in the body alone. */
  readonly isRequestError: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly outcome: 'ok' | 'errors';
}

const NO_HEADERS = {};

/** @param isWhole whether nothing went wrong on the way */
export const answered = (text: string, isWhole: boolean): Answer => ({
  ...{ status: 200, isRequestError: false, headers: NO_HEADERS, text },
  outcome: isWhole ? 'ok' : 'errors',
});

/** The operation was valid, and yet there is no data: what Apollo's own executor refuses. */
export const unanswered = (text: string): Answer => ({
  ...{ status: 400, isRequestError: true, headers: NO_HEADERS, text },
  outcome: 'errors',
});

const faultsOf = (error: PublicError): readonly Fault[] => (error instanceof InvalidRequest ? error.faults : [error]);

/** The answer to a request that is refused as a whole; what is not meant for the caller is masked. */
export function refused(error: unknown, requestId: string): Answer {
  const told = toPublicError(error);
  const code = told instanceof PersistedQueryNotFound ? told.protocolCode : told.code;
  const extensions = { code, requestId };
  const errors = faultsOf(told).map(({ message, locations }) => ({ message, locations, extensions }));
  const { status, headers } = told instanceof HttpRefusal ? told : { status: STATUS[told.code], headers: NO_HEADERS };
  const isRequestError = status === 400 && !(told instanceof HttpRefusal);
  return { status, isRequestError, headers, text: `${JSON.stringify({ errors })}\n`, outcome: 'errors' };
}
