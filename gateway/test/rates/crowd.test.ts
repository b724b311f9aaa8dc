/** So many requests may be under way; who comes then is refused before anything of theirs has run. */
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { Asked } from '../../src/pipeline/flow.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { withinCrowd } from '../../src/rates/crowd.ts';
import { askPipeline, callerFor, type PipelineAnswer } from '../askPipeline.ts';
import { client, openTestPipeline, type TestPipeline } from '../pipeline/openTestPipeline.ts';

let pipeline: TestPipeline;
let crowd: Pick<Pipeline, 'answer'>;
let release: () => void;
let released: Promise<void>;
let refused = 0;
const counts: number[] = [];

beforeAll(async () => {
  pipeline = await openTestPipeline(async () => {
    await released;
    return { data: { me: { email: 'x@acme.example' } } };
  });
});

beforeEach(() => {
  [refused, pipeline.asked.length, counts.length] = [0, 0, 0];
  released = new Promise((resolve) => (release = resolve));
  crowd = withinCrowd(pipeline, {
    ...{ most: 2, onChange: (now) => counts.push(now) },
    onRefused: () => (refused += 1),
  });
});

afterAll(() => pipeline.stop());

const asked = (nth: number): Asked => ({
  ...{ query: `{ me { email } a${String(nth)}: me { email } }`, operationName: undefined },
  ...{ variables: {}, extensions: {} },
});
const ask = (nth: number, receive?: () => Promise<Asked>): Promise<PipelineAnswer> =>
  askPipeline(crowd, callerFor(client), asked(nth), receive === undefined ? {} : { receive });

const untilAsked = async (count: number): Promise<void> => {
  while (pipeline.asked.length < count) await sleep(1);
};

test('one too many is told when to come back, and asks nobody', async () => {
  const asking = [ask(1), ask(2)];
  await untilAsked(2);
  expect(await ask(3)).toMatchObject({
    ...{ status: 503, headers: { 'retry-after': '1' } },
    errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', requestId: 'a-request' } }],
  });
  expect({ refused, asked: pipeline.asked.length }).toEqual({ refused: 1, asked: 2 });
  release();
  for (const { errors } of await Promise.all(asking)) expect(errors).toBeUndefined();
  expect((await ask(4)).errors).toBeUndefined();
  expect(counts).toEqual([1, 2, 1, 0, 1, 0]);
});

test('who still sends takes nobody’s place', async () => {
  let sent = (_asked: Asked): void => undefined;
  const slow = Array.from({ length: 5 }, (_, nth) =>
    ask(nth, () => new Promise((resolve) => (sent = nth === 0 ? resolve : sent))),
  );
  release();
  expect((await ask(6)).errors).toBeUndefined();
  sent(asked(0));
  expect((await slow[0])?.errors).toBeUndefined();
});

test('who is refused for another reason leaves the place to others', async () => {
  for (let nth = 0; nth < 5; nth += 1) {
    const receive = (): Promise<Asked> => Promise.reject(new Error('broken off'));
    expect((await ask(nth, receive)).status).toBe(500);
    expect((await ask(nth, () => Promise.resolve({ ...asked(0), query: '{' }))).status).toBe(400);
  }
  release();
  expect((await ask(9)).errors).toBeUndefined();
  expect(refused).toBe(0);
});
