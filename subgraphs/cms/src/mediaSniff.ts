/** What a file is, by its content alone. */
import { open } from 'node:fs/promises';

import { fileTypeFromFile } from 'file-type';

import { isKnownType } from './mediaTypes.ts';

const HEAD_BYTES = 4_096;

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The text at the start of a file; undefined for what is no text. A character cut in half is left out. */
function textOf(head: Buffer): string | undefined {
  if (head.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
}

/** Before the first element: declarations and comments. */
const PROLOG = /^(?:\s|<\?[^>]*\?>|<!--[\s\S]*?-->|<!doctype\s+svg[^>]*>)*/i;
const SVG = /^<(?:[a-z]+:)?svg[\s>/]/i;
const HTML =
  /^<(?:!doctype\s+html|html|head|body|script|iframe|style|title|meta|link|base|div|p|a|img|table|br|h1|!--)\b/i;

function typeOfText(text: string): string {
  const start = text.replace(PROLOG, '');
  if (SVG.test(start)) return 'image/svg+xml';
  return HTML.test(start) ? 'text/html' : 'text/plain';
}

/** The media type that a file's content shows; undefined for one that the library does not hold. */
export async function sniff(file: string): Promise<string | undefined> {
  const found = await fileTypeFromFile(file).catch(() => undefined);
  if (found !== undefined && found.mime !== 'application/xml') return isKnownType(found.mime) ? found.mime : undefined;
  const text = textOf(await readHead(file));
  return text === undefined ? undefined : typeOfText(text);
}
