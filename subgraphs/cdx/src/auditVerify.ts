import { PublicError } from '@metatron/platform/errors';
import { verifyAudit } from '@metatron/prisma/cdx/audit/verify';

import type { Context } from './context.ts';
import type { AuditVerificationRow } from './mappers.ts';

/** What one call looks at: a second's work. */
const LIMIT = 50_000;

interface Range {
  readonly fromSeq?: number | null | undefined;
  readonly toSeq?: number | null | undefined;
}

/** @throws PublicError BAD_USER_INPUT for a range that is none. */
export async function auditVerify(ctx: Context, { fromSeq, toSeq }: Range): Promise<AuditVerificationRow> {
  const from = fromSeq ?? 1;
  if (from < 1 || (toSeq != null && toSeq < from))
    throw new PublicError('BAD_USER_INPUT', 'Entries are counted from 1, and a range ends where it begins or later.');
  const { connections, keys, dataDirectory } = ctx.services;
  const cdx = connections.as('cdx', { service: 'cdx', privilege: 'superadmin' }, null);
  const range = { from, limit: LIMIT, ...(toSeq == null ? {} : { to: toSeq }) };
  const { checkpoint, ...found } = await verifyAudit({ cdx, keys, dataDirectory, ...range });
  return {
    ...found,
    ok: found.firstBroken === null,
    checkpoint: checkpoint === null ? null : { seq: checkpoint.seq, at: new Date(checkpoint.at) },
  };
}
