import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { expect, test } from '@jest/globals';

import { Deadline } from '../../src/resilience/deadline.ts';

const ECHO =
  "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));";

test('an answer that has come while this process was busy is not late', async () => {
  const worker = new Worker(ECHO, { eval: true });
  await once(worker, 'online');
  const deadline = new Deadline(100, 'late', undefined);
  const answered = deadline.race(once(worker, 'message'));
  // From here the timers come next.
  await setImmediate();
  worker.postMessage('here');
  for (const until = performance.now() + 400; performance.now() < until;);
  await expect(answered.finally(() => worker.terminate())).resolves.toEqual(['here']);
  deadline.clear();
});
