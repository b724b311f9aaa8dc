/** What went wrong with a request, as sentences for a person. */
import { CombinedGraphQLErrors } from '@apollo/client';

export interface Fault {
  readonly code: string;
  readonly message: string;
  /** Finds the error in the gateway's log. */
  readonly requestId?: string | undefined;
}

const SENTENCES: Readonly<Record<string, string>> = {
  THROTTLED: 'Too many requests. Wait a moment, then try again.',
  SERVICE_UNAVAILABLE: 'A part of the platform does not answer; what it would show is missing.',
  FORBIDDEN: 'Your account may not see all of this.',
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Each kind of fault once, however many fields it cost. */
export function faultsOf(error: unknown): Fault[] {
  if (error === undefined) return [];
  if (!CombinedGraphQLErrors.is(error)) {
    return [{ code: 'NETWORK', message: 'The gateway cannot be reached. Is it running, and are you online?' }];
  }
  const faults = error.errors.map(({ message, extensions }): Fault => {
    const code = text(extensions?.['code']) ?? 'INTERNAL_SERVER_ERROR';
    return { code, message: SENTENCES[code] ?? message, requestId: text(extensions?.['requestId']) };
  });
  return [...new Map(faults.map((fault) => [fault.code, fault])).values()];
}
