import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import { Refusal } from '../errors.ts';
import type { Caller } from '../identity.ts';

import type { RawTransaction } from './verb.ts';

/** A caller's key for one creating mutation, with a hash of everything else in the input. */
export interface IdempotencyKey {
  readonly action: string;
  readonly key: string;
  readonly inputHash: string;
}

/** The key in an input; undefined when the caller gave none. */
export function hashInput(action: string, raw: object): IdempotencyKey | undefined {
  const { idempotencyKey, ...rest } = raw as Record<string, unknown>;
  if (typeof idempotencyKey !== 'string') return undefined;
  const inputHash = createHash('sha256')
    .update(canonicalize(rest) ?? '')
    .digest('hex');
  return { action, key: idempotencyKey, inputHash };
}

export interface Claim {
  /** The object that the key has already made. */
  readonly objectId: string | undefined;
  /** Notes the object that the mutation made under the key. */
  settle(objectId: string): Promise<void>;
}

interface Kept {
  readonly action: string;
  readonly inputHash: string;
  readonly objectId: string;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Takes the key for this transaction. A second caller with the same key waits here until the first
 * has committed or rolled back, so that there is one effect.
 * @throws Refusal CONFLICT when the key was used with another input.
 */
export async function claimKey(
  tx: RawTransaction,
  { identity }: Caller,
  tenantId: string,
  { action, key, inputHash }: IdempotencyKey,
): Promise<Claim> {
  const actor = identity.kind === 'user' ? identity.userId : NOBODY;
  const taken = await tx.$executeRawUnsafe(
    `INSERT INTO idempotency_keys (tenant_id, actor_id, key, action, input_hash, object_id)
     VALUES ($1, $2::uuid, $3, $4, decode($5, 'hex'), '') ON CONFLICT DO NOTHING`,
    tenantId,
    actor,
    key,
    action,
    inputHash,
  );
  const settle = async (objectId: string): Promise<void> => {
    await tx.$executeRawUnsafe(
      'UPDATE idempotency_keys SET object_id = $4 WHERE tenant_id = $1 AND actor_id = $2::uuid AND key = $3',
      tenantId,
      actor,
      key,
      objectId,
    );
  };
  if (taken === 1) return { objectId: undefined, settle };
  const [kept] = await tx.$queryRawUnsafe<Kept[]>(
    `SELECT action, encode(input_hash, 'hex') AS "inputHash", object_id AS "objectId" FROM idempotency_keys
     WHERE tenant_id = $1 AND actor_id = $2::uuid AND key = $3`,
    tenantId,
    actor,
    key,
  );
  if (kept?.action !== action || kept.inputHash !== inputHash) {
    throw new Refusal('CONFLICT', 'This idempotency key was used for another request.', 'idempotencyKey');
  }
  return { objectId: kept.objectId, settle };
}
