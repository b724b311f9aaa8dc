/** Requests to providers: no redirect is followed, nothing lasts, and answers are short. */
import { request, type Dispatcher } from 'undici';

import { DeliveryError } from './provider.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 64 * 1024;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly dispatcher?: Dispatcher | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

async function readShort(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_ANSWER) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const reasonOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name;

/** @throws DeliveryError when there is no answer; one that says no is an answer. */
export async function post({ url, headers, body, dispatcher }: Post): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const limits = { signal, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
  const options = { method: 'POST' as const, headers, body, ...limits, ...(dispatcher && { dispatcher }) };
  try {
    const { statusCode: status, body: content } = await request(url, options);
    return { status, text: await readShort(content) };
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('transient', 'no_answer', `The provider does not answer (${reasonOf(error)}).`);
  }
}

/** @throws DeliveryError unless the provider said yes; a redirect is a no. */
export function requireTaken({ status }: Answer): void {
  if (status >= 200 && status < 300) return;
  const again = status >= 500 || status === 408 || status === 429;
  const message = `The provider refuses the message (${String(status)}).`;
  throw new DeliveryError(again ? 'transient' : 'permanent', `http_${String(status)}`, message);
}
