/** A gateway in a process of its own, asked over HTTP and about what it has used. */
import { Pool } from 'undici';

import { startProcess, type ProcessOptions } from '../processes.ts';
import { percentile } from '../statistics.ts';

import type { Question } from './contender.ts';
import { runLoad, send, type Load } from './load.ts';

/** Whether each request comes from somebody else, or all from the same. */
export type Mode = 'distinct' | 'same';

/** What one turn of a contender gave, for each of its requests. */
export interface Turn {
  readonly requests: number;
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
}

/** What is asked, by how many, for how long. */
export interface Asked {
  readonly mode: Mode;
  readonly body: string | ((request: number) => string);
  readonly callers: number;
  readonly seconds: number;
  /** At the most. */
  readonly requests?: number;
}

/** The Authorization of a request by its number. */
export type Authorize = (request: number) => string;

export interface Contender {
  readonly url: string;
  turn(asked: Asked): Promise<Turn>;
  /** The answer to one request, read. */
  answer(body: string): Promise<unknown>;
  ask(question: Question): Promise<number>;
  stop(): Promise<void>;
}

export interface ContenderOptions extends ProcessOptions {
  readonly authorize?: Authorize;
}

/** Names nobody: for those who do not read it. */
export const bearer: Authorize = (request) => `Bearer caller-${request}`;
const MAX_CALLERS = 64;

export async function startContender(file: URL, options: ContenderOptions): Promise<Contender> {
  const { authorize = bearer, ...processOptions } = options;
  const environment = { NODE_ENV: 'production', ...options.environment };
  const child = await startProcess(file, { ...processOptions, environment });
  const { origin, pathname } = new URL(child.ready);
  const pool = new Pool(origin, { connections: MAX_CALLERS });
  // Numbers go on from turn to turn: what one request has brought serves no later one.
  let sent = 0;
  const ask = async (question: Question): Promise<number> => {
    child.send(question);
    return Number(await child.heard());
  };
  const loadOf = ({ mode, body, ...asked }: Asked): Load => {
    const from = sent;
    const text = typeof body === 'string' ? () => body : (request: number) => body(from + request);
    return {
      ...asked,
      body: text,
      pool,
      path: pathname,
      authorization: (request) => authorize(mode === 'same' ? 0 : from + request),
    };
  };
  return {
    url: child.ready,
    ask,
    async turn(asked) {
      const before = await ask('cpu');
      const { requests, seconds, bytes, latencies } = await runLoad(loadOf(asked));
      sent += requests;
      const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
      const cpuMs = ((await ask('cpu')) - before) / requests;
      return { requests, cpuMs, perSecond: requests / seconds, bytes, p50, p99 };
    },
    async answer(body) {
      const content = await send(loadOf({ mode: 'same', body, callers: 1, seconds: 0 }), 0);
      return JSON.parse(Buffer.from(content).toString()) as unknown;
    },
    async stop() {
      await pool.close();
      await child.stop();
    },
  };
}
