import { requireUser } from '@metatron/platform/context';
import { seal } from '@metatron/platform/seal';
import * as fields from '@metatron/platform/verb/fields';
import { expectVersion } from '@metatron/platform/verb/version';
import type { Prisma, SystemConfig } from '@metatron/prisma/cdx/client';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';

const MAX_JSON_BYTES = 64 * 1024;

const input = z.object({
  key: z
    .string()
    .max(200, 'This must have at most 200 characters.')
    .regex(
      /^[a-z][a-zA-Z0-9_.-]*$/,
      'A setting’s name begins with a lower-case letter; then letters, digits, . _ and -.',
    ),
  value: z.json().refine((value) => JSON.stringify(value).length <= MAX_JSON_BYTES, 'This is larger than 64 KB.'),
  isSecret: fields.kept(z.boolean()),
  description: fields.changed(fields.text(1000)),
  expectedVersion: z.int().nullish(),
});

async function lockSetting(tx: Tx, key: string): Promise<SystemConfig | null> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`system_config ${key}`}, 0))::text`;
  return tx.systemConfig.findUnique({ where: { key } });
}

/** What the audit log keeps: a secret's value is not even there in its envelope. */
const shown = (row: SystemConfig | null): object | null =>
  row === null ? null : { ...row, value: row.isSecret ? '[masked]' : row.value };

/** Sets a setting, as a new version; a secret's value is sealed before it is stored. */
export const systemConfigSet = verb({
  name: 'systemConfigSet',
  input,
  tenant: { of: 'platform' },
  async act({ ctx, tx, input: { key, value, isSecret, description, expectedVersion } }) {
    const before = await lockSetting(tx, key);
    expectVersion({ version: before?.version ?? 0 }, expectedVersion);
    const secret = isSecret ?? before?.isSecret ?? false;
    const stored = (secret ? seal(ctx.services.keys, key, value) : value) as Prisma.InputJsonValue;
    const { userId } = requireUser(ctx.caller.identity);
    const version = (before?.version ?? 0) + 1;
    const data = {
      value: stored,
      isSecret: secret,
      description: description === undefined ? (before?.description ?? null) : description,
      version,
      updatedBy: userId,
    };
    const id = before?.id ?? uuidv7();
    const row = await tx.systemConfig.upsert({ where: { key }, create: { ...data, id, key }, update: data });
    await tx.systemConfigVersion.create({
      data: { configId: id, version, value: stored, isSecret: secret, changedBy: userId },
    });
    return {
      row,
      object: { type: 'SystemConfig', id },
      before: shown(before),
      after: shown(row),
      events: [{ type: 'config.set', payload: { key } }],
    };
  },
});
