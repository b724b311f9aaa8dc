import { Readable } from 'node:stream';

import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { actorOf } from '@metatron/platform/verb/member';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import type { MediaFileRow } from './mappers.ts';
import { receive } from './mediaIncoming.ts';
import { sniff } from './mediaSniff.ts';
import { mediaStorageOf } from './mediaStorage.ts';
import { extensionsOf, typeOf } from './mediaTypes.ts';
import { newKey, waitingSince } from './mediaUpload.ts';
import { mediaFiles } from './tables.ts';

const filename = fields
  .text(255)
  .regex(/^[^/\\:*?"<>|\p{Cc}\p{Bidi_Control}]+$/u, 'This must be a name, without a path or marks such as : and ?.')
  .refine((name) => !name.startsWith('.'), 'This must not begin with a dot.');

const texts = { altText: fields.changed(fields.text(1_000)), caption: fields.changed(fields.text(2_000)) };

/** @throws Refusal when the name promises another type than the content has. */
function typeFor(found: string, name: string): string {
  const type = typeOf(found, name);
  if (type !== undefined) return type;
  const endings = extensionsOf(found).map((extension) => `.${extension}`);
  throw new Refusal('INVALID', `The content is ${found}: the name must end in ${endings.join(' or ')}.`, 'filename');
}

/** A file as the storage holds it. */
interface Stored {
  readonly filePath: string;
  readonly mimeType: string;
  readonly fileSize: bigint;
  readonly sha256: string;
}

/** Uses up an upload of the caller's own. */
async function takeUpload(ctx: Context, tx: Tx, tenantId: string, id: string): Promise<Stored> {
  const where = { tenantId, id, uploadedBy: actorOf(ctx) ?? id, createdAt: { gt: waitingSince() } };
  const waiting = await tx.mediaUpload.findFirst({ where });
  const { count } = await tx.mediaUpload.deleteMany({ where });
  if (waiting === null || count === 0) throw new Refusal('NOT_FOUND', 'There is no such upload.', 'uploadId');
  return waiting;
}

type Saved = Pick<MediaFileRow, 'tenantId' | 'filename' | 'altText' | 'caption' | 'uploadedBy'>;

function saveRow(tx: Tx, { filePath, mimeType, fileSize, sha256 }: Stored, saved: Saved): Promise<MediaFileRow> {
  return tx.mediaFile.create({
    data: {
      ...saved,
      id: uuidv7(),
      originalFilename: saved.filename,
      mimeType: typeFor(mimeType, saved.filename),
      fileSize,
      filePath,
      url: `/media/${filePath}`,
      metadata: { sha256 },
    },
  });
}

/** Saves a file from the request. It is put into the storage last: before that, all can still be refused. */
function saveContent(ctx: Context, tx: Tx, content: string, saved: Saved): Promise<MediaFileRow> {
  const bytes = Readable.from([Buffer.from(content, 'base64')]);
  return receive(ctx.services.dataDirectory, bytes, async ({ file, size, sha256 }) => {
    const mimeType = await sniff(file);
    if (mimeType === undefined)
      throw new Refusal('INVALID', 'The library does not hold files of this type.', 'content');
    const filePath = newKey(saved.tenantId);
    const row = await saveRow(tx, { filePath, mimeType, fileSize: BigInt(size), sha256 }, saved);
    await mediaStorageOf(ctx.services).put(filePath, file, row.mimeType);
    return row;
  });
}

export const mediaFileCreate = verb({
  name: 'mediaFileCreate',
  input: z
    .object({
      ...fields.creating,
      ...texts,
      filename,
      content: fields.kept(z.base64('This is not Base64.').min(1, 'This must not be empty.')),
      uploadId: fields.kept(fields.id),
    })
    .refine(({ content, uploadId }) => (content === undefined) !== (uploadId === undefined), {
      message: 'Give `content` or `uploadId`, one of both.',
    }),
  tenant: { of: 'given' },
  creates: mediaFiles,
  async act({ ctx, tx, input, tenantId }) {
    const { content = '', uploadId, altText = null, caption = null } = input;
    const saved = { tenantId, filename: input.filename, altText, caption, uploadedBy: actorOf(ctx) };
    const row =
      uploadId === undefined
        ? await saveContent(ctx, tx, content, saved)
        : await saveRow(tx, await takeUpload(ctx, tx, tenantId, uploadId), saved);
    return {
      row,
      object: { type: 'MediaFile', id: row.id },
      after: row,
      events: [{ type: 'mediaFile.created', payload: { mediaFileId: row.id } }],
    };
  },
});

export const existingFile = { of: 'target', table: mediaFiles, noun: 'file' } as const;

export const mediaFileUpdate = verb({
  name: 'mediaFileUpdate',
  input: z.object({ ...fields.versioned, ...texts, filename: fields.kept(filename) }),
  tenant: existingFile,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingFile, tenantId, input });
    if (input.filename !== undefined) typeFor(before.mimeType, input.filename);
    const { filename: name, altText, caption } = input;
    const row = await tx.mediaFile.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...defined({ filename: name, altText, caption }), version: before.version + 1 },
    });
    return {
      row,
      object: { type: 'MediaFile', id: row.id },
      before,
      after: row,
      events: [{ type: 'mediaFile.updated', payload: { mediaFileId: row.id } }],
    };
  },
});
