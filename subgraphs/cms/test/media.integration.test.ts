import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, tokenOf, url, type Account } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { change, countOf, done, idIn, newType, refusal } from './cms.ts';

afterAll(closeSql);

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const SVG = '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>';
const HTML = '<!doctype html><script>alert(document.domain)</script>';

const create = (input: object = {}) =>
  done('mediaFile', 'acme', 'mediaFileCreate', { filename: 'a dot.png', content: PNG.toString('base64'), ...input });

interface Uploaded {
  readonly status: number;
  readonly uploadId?: string;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function put(body: Uint8Array | string, account: Account | undefined, query = ''): Promise<Uploaded> {
  const headers: Record<string, string> =
    account === undefined ? {} : { authorization: `Bearer ${await tokenOf(account)}` };
  const response = await fetch(`${url}/media/uploads${query}`, { method: 'PUT', headers, body: body as string });
  return { status: response.status, ...((await response.json()) as object) };
}

describe('mediaFileCreate', () => {
  test('adds a small file from the request, of the type that its content shows', async () => {
    const file = await create({ altText: 'A dot' });
    expect(file).toMatchObject({
      filename: 'a dot.png',
      mimeType: 'image/png',
      fileSize: String(PNG.length),
      altText: 'A dot',
    });
    expect(file.url).toMatch(/^\/media\/acme\/[0-9a-f-]{36}$/);
  });

  test.each<[string, object, string]>([
    ['an HTML file named .png', { filename: 'a.png', content: base64(HTML) }, 'INVALID filename'],
    ['an SVG file named .png', { filename: 'a.png', content: base64(SVG) }, 'INVALID filename'],
    ['an image named .html', { filename: 'a.html' }, 'INVALID filename'],
    ['a program', { filename: 'a.exe', content: base64('MZ\0\0\x90\0') }, 'INVALID content'],
    ['a name that climbs', { filename: 'x/../../passwd.png' }, 'INVALID filename'],
    ['a name that climbs on Windows', { filename: 'x\\..\\a.png' }, 'INVALID filename'],
    ['a name that hides', { filename: '.htaccess.png' }, 'INVALID filename'],
    ['a name that is written backwards', { filename: 'a\u202Egnp.png' }, 'INVALID filename'],
    ['a name without an extension', { filename: 'png' }, 'INVALID filename'],
    ['content that is no Base64', { content: '%%%' }, 'INVALID content'],
    ['no content', { content: '' }, 'INVALID content'],
    ['neither content nor upload', { content: null }, 'INVALID'],
    ['an upload that is not there', { content: null, uploadId: NOBODY }, 'NOT_FOUND uploadId'],
  ])('refuses %s', async (_what, input, expected) => {
    const whole = { filename: 'a.png', content: PNG.toString('base64'), ...input };
    expect(await refusal('acme', 'mediaFileCreate', whole)).toBe(expected);
  });
});

describe('PUT /media/uploads', () => {
  test('takes a file that one mediaFileCreate then uses up', async () => {
    const large = Buffer.concat([PNG, Buffer.alloc(3_000_000)]);
    const { status, uploadId } = await put(large, 'acme');
    expect(status).toBe(201);
    const input = { filename: 'large.png', uploadId };
    expect(await refusal('globex', 'mediaFileCreate', input)).toBe('NOT_FOUND uploadId');
    expect(await refusal('acme', 'mediaFileCreate', { ...input, filename: 'large.jpg' })).toBe('INVALID filename');
    const answers = await Promise.all([1, 2].map(() => change('acme', 'mediaFileCreate', input)));
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['NOT_FOUND']);
    const file = answers.find(({ mediaFile }) => mediaFile != null)?.mediaFile;
    expect(file?.fileSize).toBe(String(large.length));
    const served = await fetch(`${url}${file?.url ?? ''}`);
    expect(Buffer.from(await served.arrayBuffer()).equals(large)).toBe(true);
  });

  test('lets staff name the tenant, and nobody else', async () => {
    const { uploadId } = await put(PNG, 'admin', '?tenantId=sakura');
    const file = await done('mediaFile', 'admin', 'mediaFileCreate', {
      tenantId: 'sakura',
      filename: 'a.png',
      uploadId,
    });
    expect(file.url).toMatch(/^\/media\/sakura\//);
    for (const [account, query] of [
      ['admin', ''],
      ['admin', '?tenantId=nowhere'],
      ['acme', '?tenantId=acme'],
    ] as const)
      expect((await put(PNG, account, query)).status).toBe(400);
  });

  test('refuses strangers, false tokens, empty files and unknown types', async () => {
    expect(await put(PNG, undefined)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const forged = await fetch(`${url}/media/uploads`, {
      method: 'PUT',
      headers: { authorization: 'Bearer x' },
      body: 'x',
    });
    expect(forged.status).toBe(401);
    expect((await put('', 'acme')).status).toBe(400);
    expect((await put(new Uint8Array([0, 1, 2, 3]), 'acme')).status).toBe(400);
  });

  test('refuses a file of more than 25 MB, and keeps nothing of it', async () => {
    const before = await countOf('media_uploads');
    const status = await put(Buffer.concat([PNG, Buffer.alloc(26 * 1024 * 1024)]), 'acme').then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(await countOf('media_uploads')).toBe(before);
  });
});

describe('GET /media', () => {
  test('shows an image in place, in a sandbox, cached for good', async () => {
    const file = await create({ filename: 'Fête «1».png' });
    const response = await fetch(`${url}${file.url}`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(PNG.length),
      'content-disposition': "inline; filename*=UTF-8''F%C3%AAte%20%C2%AB1%C2%BB.png",
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true);
    const again = await fetch(`${url}${file.url}`, {
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  test.each([
    ['page.html', HTML, 'text/html; charset=utf-8'],
    ['drawing.svg', SVG, 'image/svg+xml'],
    ['table.csv', 'a,b\n1,2', 'text/csv; charset=utf-8'],
  ])('never shows %s in place', async (filename, content, type) => {
    const { url: path } = await create({ filename, content: base64(content) });
    const { headers } = await fetch(`${url}${path}`);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  });

  test('gives the part that is asked for', async () => {
    const { url: path } = await create();
    const part = async (range: string): Promise<[number, string | null, Buffer]> => {
      const response = await fetch(`${url}${path}`, { headers: { range } });
      return [response.status, response.headers.get('content-range'), Buffer.from(await response.arrayBuffer())];
    };
    const size = PNG.length;
    expect(await part('bytes=1-3')).toEqual([206, `bytes 1-3/${String(size)}`, PNG.subarray(1, 4)]);
    expect(await part('bytes=-4')).toEqual([
      206,
      `bytes ${String(size - 4)}-${String(size - 1)}/${String(size)}`,
      PNG.subarray(-4),
    ]);
    expect((await part(`bytes=${String(size)}-`))[0]).toBe(416);
    expect((await part('bytes=a-b'))[0]).toBe(200);
  });

  test('finds nothing by a path of somebody’s making', async () => {
    const { url: path } = await create();
    const name = path.split('/').at(-1) ?? '';
    for (const wrong of [`globex/${name}`, 'acme/..%2f..%2fkeys.json', '..%2f..%2f/keys.json', `acme/${NOBODY}`])
      expect((await fetch(`${url}/media/${wrong}`)).status).toBe(404);
  });
});

describe('mediaFileUpdate', () => {
  test('changes what is said of a file, within its type', async () => {
    const { id } = await create({ altText: 'A dot' });
    const file = await done('mediaFile', 'acme', 'mediaFileUpdate', {
      id,
      filename: 'b.png',
      altText: null,
      expectedVersion: 1,
    });
    expect(file).toMatchObject({ filename: 'b.png', altText: null, version: 2 });
    expect(await refusal('acme', 'mediaFileUpdate', { id, filename: 'b.html' })).toBe('INVALID filename');
    expect(await refusal('acme', 'mediaFileUpdate', { id, caption: 'x', expectedVersion: 1 })).toBe(
      'CONFLICT expectedVersion',
    );
  });
});

describe('mediaFileDelete', () => {
  test('takes a file away, from the storage too', async () => {
    const { id, url: path } = await create();
    expect(await done('deletedId', 'acme', 'mediaFileDelete', { id })).toBe(id);
    expect((await fetch(`${url}${path}`)).status).toBe(404);
    expect(await refusal('acme', 'mediaFileDelete', { id })).toBe('NOT_FOUND id');
  });

  test('is refused while a draft, a published version or a page uses the file', async () => {
    const type = await newType([
      { name: 'picture', type: 'media' },
      { name: 'body', type: 'richtext' },
    ]);
    const [file, shown] = [await create(), await create()];
    const data = { picture: file.id, body: `<img src="${shown.url}">` };
    const item = await done('contentItem', 'acme', 'contentItemCreate', {
      contentTypeId: type.id,
      title: 'With',
      slug: fresh('with'),
      data,
    });
    expect(item.media).toEqual([{ id: file.id }]);
    await done('contentItem', 'acme', 'contentItemPublish', { id: item.id });
    await done('contentItem', 'acme', 'contentItemUpdate', { id: item.id, data: {} });
    for (const { id } of [file, shown]) expect(await refusal('acme', 'mediaFileDelete', { id })).toBe('CONFLICT id');
    await done('contentItem', 'acme', 'contentItemPublish', { id: item.id });
    const page = await done('page', 'acme', 'pageCreate', {
      title: fresh('Page'),
      content: { blocks: [{ type: 'image', mediaFileId: file.id }] },
    });
    expect(await refusal('acme', 'mediaFileDelete', { id: file.id })).toBe('CONFLICT id');
    await done('page', 'acme', 'pageUpdate', { id: page.id, content: [] });
    for (const { id } of [file, shown]) await done('deletedId', 'acme', 'mediaFileDelete', { id });
  });

  test('is refused for another tenant’s file like for none', async () => {
    const id = await idIn('globex', 'media_files');
    expect(await refusal('acme', 'mediaFileDelete', { id })).toBe('NOT_FOUND id');
  });
});
