/**
 * Secrets at rest: AES-256-GCM under a key derived from a signing key (RFC 5869), bound to the name
 * of what is sealed, so that an envelope does not open in another's place.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { z } from 'zod';

import type { KeyRing } from './tokens.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;

const envelope = z.object({ keyId: z.string(), iv: z.string(), tag: z.string(), data: z.string() });

/** What is stored in the place of a secret; each part is base64url, but for the key's id. */
export type Envelope = z.output<typeof envelope>;

const encode = (bytes: Buffer): string => bytes.toString('base64url');
const decode = (text: string): Buffer => Buffer.from(text, 'base64url');
const keyOf = (keys: KeyRing, keyId: string): Buffer => keys.derive('seal', keyId);

/** Seals a JSON value under the name that it will be read by. */
export function seal(keys: KeyRing, name: string, value: unknown): Envelope {
  const keyId = keys.currentKeyId;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(keys, keyId), iv).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return { keyId, iv: encode(iv), tag: encode(cipher.getAuthTag()), data: encode(data) };
}

/**
 * Opens an envelope again.
 * @throws Error when it was changed, belongs to another name, or its key has been retired.
 */
export function unseal(keys: KeyRing, name: string, sealed: unknown): unknown {
  const { keyId, iv, tag, data } = envelope.parse(sealed);
  const decipher = createDecipheriv(ALGORITHM, keyOf(keys, keyId), decode(iv))
    .setAAD(Buffer.from(name))
    .setAuthTag(decode(tag));
  const text = Buffer.concat([decipher.update(decode(data)), decipher.final()]).toString('utf8');
  return JSON.parse(text) as unknown;
}
