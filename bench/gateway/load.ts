/** Callers who each wait for their answer before they ask again. */
import type { Pool } from 'undici';

export interface Load {
  readonly pool: Pool;
  readonly path: string;
  /** What a request sends as its Authorization, by its number. */
  readonly authorization: (request: number) => string;
  /** What a request asks, by its number. */
  readonly body: (request: number) => string;
  readonly callers: number;
  readonly seconds: number;
  /** At the most. */
  readonly requests?: number;
}

export interface Loaded {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Of each request, in milliseconds. */
  readonly latencies: readonly number[];
}

const SHOWN = 500;

const readable = (content: ArrayBuffer): string => Buffer.from(content).toString('utf8', 0, SHOWN);

/** Sends one request and gives its answer. @throws when it is not 200. */
export async function send({ pool, path, authorization, body }: Load, request: number): Promise<ArrayBuffer> {
  const answer = await pool.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: authorization(request) },
    body: body(request),
  });
  const content = await answer.body.arrayBuffer();
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${readable(content)}`);
  return content;
}

/** @throws when an answer differs in length from the first: all are the same. */
export async function runLoad(load: Load): Promise<Loaded> {
  const { callers, seconds, requests: most = Infinity } = load;
  const begun = performance.now();
  const latencies: number[] = [];
  let [requests, bytes] = [0, 0];
  const caller = async (): Promise<void> => {
    while (requests < most && performance.now() - begun < seconds * 1000) {
      const sent = performance.now();
      const content = await send(load, (requests += 1));
      latencies.push(performance.now() - sent);
      bytes ||= content.byteLength;
      if (content.byteLength !== bytes) throw new Error(`not ${bytes} bytes: ${readable(content)}`);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const took = (performance.now() - begun) / 1000;
  return { requests, seconds: took, bytes, latencies };
}
