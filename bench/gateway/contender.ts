/** What a process of the bench says of itself: where it listens, and what it has used when it is asked. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What can be asked of every contender. */
export type Question = 'cpu' | 'heap' | 'fetches';

/** CPU of all threads of this process, in milliseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What is left after a collection, in bytes. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Answers each request with JSON; 401 when there is no answer for it. */
export function answering(answer: (request: IncomingMessage, body: string) => Promise<string | undefined>) {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const made = await answer(request, await text(request));
    const body = Buffer.from(made ?? '');
    response.writeHead(made === undefined ? 401 : 200, {
      'content-type': 'application/json',
      'content-length': body.length,
    });
    response.end(body);
  };
  return (request: IncomingMessage, response: ServerResponse): void => void respond(request, response);
}

/** Tells the bench that all is ready; ends with the bench. */
export function present(ready: string, fetches: () => number = () => NaN): void {
  const answers = { cpu, heap, fetches };
  process.on('message', (question: Question) => process.send?.(String(answers[question]())));
  process.once('disconnect', () => process.exit());
  process.send?.(ready);
}
