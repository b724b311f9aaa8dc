/** The key pair under which the platform sends push messages (VAPID, RFC 8292). */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import { StartupError } from './errors.ts';

const keysSchema = z.object({
  /** The point, uncompressed: 65 bytes in base64url. */
  publicKey: z.string().regex(/^[\w-]{87}$/),
  /** The scalar: 32 bytes in base64url. */
  privateKey: z.string().regex(/^[\w-]{43}$/),
});

export type VapidKeys = z.infer<typeof keysSchema>;

function makeKeys(): VapidKeys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { publicKey: point.toString('base64url'), privateKey: d };
}

/** The keys of a file, which is made when it is not there; browsers are bound to them. */
export function readVapidKeys(file: string): VapidKeys {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${JSON.stringify(makeKeys(), null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // It is there, from another start or from another process of this one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { data, success } = keysSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!success) throw new StartupError(`${file} holds no pair of VAPID keys.`);
  return data;
}
