/** What tokens that have verified say, so that the next request with one need not verify it again. */
import { hash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

const MAX_TOKENS = 20_000;

interface Verified<Said> {
  readonly said: Said;
  /** In seconds since 1970, as the token has it. */
  readonly expires: number;
}

const isLive = (expires: number): boolean => Math.floor(Date.now() / 1000) < expires;

/**
 * Kept under the token's hash, so that no token that can be used lies here. It belongs to one key ring and ends with
 * it: a key that is taken out is gone with the ring that had it.
 */
export class VerifiedTokens<Said extends object> {
  private readonly verified = new LRUCache<string, Verified<Said>>({ max: MAX_TOKENS });

  /** What a token says; undefined when it has not verified here, or is over. */
  get(token: string): Said | undefined {
    const known = this.verified.get(keyOf(token));
    return known !== undefined && isLive(known.expires) ? known.said : undefined;
  }

  set(token: string, said: Said, expires: number): void {
    this.verified.set(keyOf(token), { said, expires });
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');
