import { errors } from 'jose';

import { PublicError } from './errors.ts';
import type { UserIdentity } from './identity.ts';

/** What is wrong with a token. */
export type TokenFault =
  /** Ours, and its time is over. */
  | 'expired'
  /** Ours and in time, and its session or rights have ended. */
  | 'ended'
  /** Signed by us for another purpose. */
  | 'misused'
  /** Not signed by the key that it names, or by no key at all. */
  | 'forged'
  /** By a key that is not ours, or no more. */
  | 'unknown_key'
  /** No token at all. */
  | 'malformed';

/** A token that is refused. The caller hears one sentence; what is wrong is for the record. */
export class TokenRefusal extends PublicError {
  readonly fault: TokenFault;
  /** Whom it was made for, when our own signature says so. */
  readonly bearer: UserIdentity | undefined;

  constructor(fault: TokenFault, bearer?: UserIdentity) {
    super('UNAUTHENTICATED', 'The token is not valid. Sign in again.');
    this.fault = fault;
    this.bearer = bearer;
  }
}

/** What a token's verification failed by. */
export function faultOf(error: unknown): TokenFault {
  // Claims are judged after the signature: these two are ours.
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return 'misused';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'forged';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'forged';
  return error instanceof errors.JWKSNoMatchingKey ? 'unknown_key' : 'malformed';
}
