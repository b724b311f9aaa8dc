/** `GET /media/:tenant/:name`: a file of the library, to whoever knows its address. */
import { pipeline } from 'node:stream/promises';

import { answerError, type Exchange } from '@metatron/platform/routes';

import type { Context } from './context.ts';
import { mediaStorageOf, type ByteRange } from './mediaStorage.ts';
import { isShownInPlace } from './mediaTypes.ts';

const TENANT = /^[a-z0-9][a-z0-9_-]{0,49}$/;
const NAME = /^[0-9a-f-]{36}(\.[a-z0-9]{1,5})?$/;
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** The one range that is asked for; undefined for the whole, null for one that is not there. */
function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? null : { start, end };
}

/** RFC 8187: any name, in ASCII. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);

const contentType = (mimeType: string): string =>
  mimeType.startsWith('text/') ? `${mimeType}; charset=utf-8` : mimeType;

/** Headers under which a file cannot act in the gateway's name, whatever it holds. */
function headersOf(mimeType: string, filename: string, etag: string): Record<string, string> {
  const disposition = isShownInPlace(mimeType) ? 'inline' : 'attachment';
  return {
    'content-type': contentType(mimeType),
    'content-disposition': `${disposition}; filename*=UTF-8''${encoded(filename)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    etag,
  };
}

async function findFile(ctx: Context, tenantId: string, name: string) {
  if (!TENANT.test(tenantId) || !NAME.test(name)) return null;
  const where = { tenantId, filePath: `${tenantId}/${name}` };
  return ctx.asService(tenantId).mediaFile.findFirst({ where });
}

type File = NonNullable<Awaited<ReturnType<typeof findFile>>>;

/** The whole file or the part that is asked for; false when the storage has lost it. */
async function send({ request, response }: Exchange, ctx: Context, file: File, headers: object): Promise<boolean> {
  const size = Number(file.fileSize);
  const range = rangeOf(request.headers.range, size);
  if (range === null) {
    response.writeHead(416, { 'content-range': `bytes */${String(size)}` }).end();
    return true;
  }
  const content = await mediaStorageOf(ctx.services).get(file.filePath, range);
  if (content === undefined) return false;
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'content-length': String(end - start + 1),
    ...(range === undefined ? {} : { 'content-range': `bytes ${String(start)}-${String(end)}/${String(size)}` }),
  });
  await pipeline(content, response);
  return true;
}

export async function serveFile(exchange: Exchange, ctx: Context): Promise<void> {
  const { request, response, parameters } = exchange;
  const file = await findFile(ctx, parameters['tenant'] ?? '', parameters['name'] ?? '');
  if (file !== null) {
    const headers = headersOf(file.mimeType, file.filename, `"${file.filePath}"`);
    if (request.headers['if-none-match'] === headers['etag']) {
      response.writeHead(304, headers).end();
      return;
    }
    if (await send(exchange, ctx, file, headers)) return;
  }
  answerError(response, 404, 'BAD_USER_INPUT', 'There is no such file.');
}
