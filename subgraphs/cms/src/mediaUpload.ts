/** `PUT /media/uploads`: a file too large for a GraphQL request, streamed to its place. */
import { randomUUID } from 'node:crypto';

import { mayUse, personOf } from '@metatron/platform/access/decide';
import { requireUser } from '@metatron/platform/context';
import { PublicError } from '@metatron/platform/errors';
import { answerError, type Exchange } from '@metatron/platform/routes';
import { isKnownTenant } from '@metatron/platform/verb/tenant';
import { v7 as uuidv7 } from 'uuid';

import type { Context } from './context.ts';
import { receive, TooLarge, type Incoming } from './mediaIncoming.ts';
import { sniff } from './mediaSniff.ts';
import { mediaStorageOf } from './mediaStorage.ts';
import { siteTenant } from './site.ts';

const WAITING_MS = 24 * 60 * 60 * 1_000;
const MAX_WAITING = 100;

/** Since when an upload that waits still counts. */
export const waitingSince = (): Date => new Date(Date.now() - WAITING_MS);

/** A new place in the storage: nobody guesses it, and nothing of it comes from the caller. */
export const newKey = (tenantId: string): string => `${tenantId}/${randomUUID()}`;

async function tenantOf(ctx: Context, { request }: Exchange): Promise<string> {
  const given = new URL(request.url ?? '/', 'http://gateway').searchParams.get('tenantId');
  const tenantId = siteTenant(ctx, given);
  if (given !== null && !(await isKnownTenant(ctx, tenantId)))
    throw new PublicError('BAD_USER_INPUT', 'There is no such tenant.');
  return tenantId;
}

/** Removes uploads that nobody came for. @throws PublicError THROTTLED while too many wait. */
async function makeRoom(ctx: Context, tenantId: string): Promise<void> {
  const { mediaUpload } = ctx.db(tenantId);
  const forgotten = await mediaUpload.findMany({ where: { tenantId, createdAt: { lt: waitingSince() } } });
  for (const { id, filePath } of forgotten) {
    const { count } = await mediaUpload.deleteMany({ where: { tenantId, id } });
    if (count > 0) await mediaStorageOf(ctx.services).delete(filePath);
  }
  if ((await mediaUpload.count({ where: { tenantId } })) >= MAX_WAITING)
    throw new PublicError('THROTTLED', 'Too many uploads wait for their `mediaFileCreate`.');
}

async function keep(ctx: Context, tenantId: string, { file, size, sha256 }: Incoming): Promise<string> {
  const mimeType = await sniff(file);
  if (size === 0 || mimeType === undefined)
    throw new PublicError('BAD_USER_INPUT', 'The file is empty, or of a type that the library does not hold.');
  const { userId: uploadedBy } = requireUser(ctx.caller.identity);
  const filePath = newKey(tenantId);
  const storage = mediaStorageOf(ctx.services);
  await storage.put(filePath, file, mimeType);
  const row = { tenantId, id: uuidv7(), uploadedBy, filePath, mimeType, fileSize: BigInt(size), sha256 };
  try {
    return (await ctx.db(tenantId).mediaUpload.create({ data: row })).id;
  } catch (error) {
    await storage.delete(filePath);
    throw error;
  }
}

/** Answers `{ uploadId }`, for `mediaFileCreate` within a day. */
export async function upload(exchange: Exchange, ctx: Context): Promise<void> {
  const { request, response, caller } = exchange;
  requireUser(caller.identity);
  if (!mayUse(personOf(caller.identity), 'cms', 'Mutation', 'mediaFileCreate'))
    throw new PublicError('FORBIDDEN', 'You may not do this.');
  const tenantId = await tenantOf(ctx, exchange);
  await makeRoom(ctx, tenantId);
  try {
    const uploadId = await receive(ctx.services.dataDirectory, request, (incoming) => keep(ctx, tenantId, incoming));
    response.writeHead(201, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ uploadId }));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    response.setHeader('connection', 'close');
    answerError(response, 413, 'BAD_USER_INPUT', 'The file is larger than 25 MB.');
  }
}
