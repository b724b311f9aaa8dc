import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { verb, type Context } from './context.ts';
import { existingFile } from './mediaFile.ts';
import { mediaStorageOf } from './mediaStorage.ts';

const IN_USE = 'A draft or published content uses this file.';

const deleteRow = verb({
  name: 'mediaFileDelete',
  input: z.object(fields.versioned),
  tenant: existingFile,
  constraints: { media_usages_media_file_fkey: { code: 'CONFLICT', message: IN_USE, field: 'id' } },
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingFile, tenantId, input });
    const used = await tx.mediaUsage.count({ where: { tenantId, mediaFileId: before.id } });
    if (used > 0) throw new Refusal('CONFLICT', IN_USE, 'id');
    const row = await tx.mediaFile.delete({ where: { tenantId_id: { tenantId, id: before.id } } });
    return {
      row,
      object: { type: 'MediaFile', id: row.id },
      before,
      events: [{ type: 'mediaFile.deleted', payload: { mediaFileId: row.id } }],
    };
  },
});

/** Deletes a file: its row first, and its content when that holds. What the storage keeps then, nobody finds. */
export async function mediaFileDelete(call: { readonly ctx: Context; readonly input: unknown }) {
  const result = await deleteRow(call);
  if (result.row === null) return result;
  const { filePath, id } = result.row;
  await mediaStorageOf(call.ctx.services)
    .delete(filePath)
    .catch((error: unknown) => {
      call.ctx.log.warn({ mediaFileId: id, reason: (error as Error).message }, 'a file stayed in the storage');
    });
  return result;
}
