/**
 * Statements of the platform that outlive every token, such as a checkpoint of the audit log: Ed25519
 * over a purpose and a text, with the keys that sign tokens. Anyone may check them by the public keys.
 */
import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A signature, and the key that it is to be checked by. */
export interface Signed {
  readonly keyId: string;
  /** Base64url. */
  readonly signature: string;
}

export interface StatementKeys {
  /** Signs a text for one purpose; for another it does not hold. */
  signStatement(purpose: string, text: string): Signed;
  /** What a signature is worth; a key that has been retired says nothing about it. */
  checkStatement(purpose: string, text: string, signed: Signed): 'sound' | 'forged' | 'unknownKey';
}

/** A signing key as its file holds it. */
export interface SigningJwk extends JsonWebKey {
  readonly kid?: string | undefined;
}

// A token's signature is over letters, digits, `-`, `_` and one dot: none passes for a statement's.
const bytesOf = (purpose: string, text: string): Buffer => Buffer.from(`metatron:${purpose}\n${text}`);

const idOf = ({ kid }: SigningJwk): string => kid ?? '';

export function statementKeys(keys: readonly SigningJwk[], current: SigningJwk): StatementKeys {
  const privateKey = createPrivateKey({ key: current, format: 'jwk' });
  const publicKeys = new Map<string, KeyObject>(
    keys.map((key) => [idOf(key), createPublicKey({ key, format: 'jwk' })]),
  );
  return {
    signStatement: (purpose, text) => ({
      keyId: idOf(current),
      signature: sign(null, bytesOf(purpose, text), privateKey).toString('base64url'),
    }),
    checkStatement(purpose, text, { keyId, signature }) {
      const key = publicKeys.get(keyId);
      if (key === undefined) return 'unknownKey';
      return verify(null, bytesOf(purpose, text), key, Buffer.from(signature, 'base64url')) ? 'sound' : 'forged';
    },
  };
}
