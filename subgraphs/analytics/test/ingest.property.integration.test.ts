/** However often, in whatever pieces and order a batch is sent: it is as if it were sent once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { closeSql } from '../../../platform/test/kit.ts';

import { newEvent, newTenant, outcomes, send, storedMessages } from './ingest.ts';

let analytics: InProcess;

beforeAll(async () => {
  analytics = await startInProcess('analytics');
});
afterAll(closeSql);

const messageIds = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
  minLength: 1,
  maxLength: 12,
});
/** Some calls with some of the messages each; the last one has them all. */
const callsOf = (ids: readonly string[]) =>
  fc
    .array(fc.shuffledSubarray([...ids, ...ids], { minLength: 1 }), { maxLength: 4 })
    .map((calls) => [...calls, [...ids]]);

test('sending a batch again, split and shuffled is sending it once', async () => {
  const sent = messageIds.chain((ids) => fc.tuple(fc.constant(ids), callsOf(ids), fc.boolean()));
  await fc.assert(
    fc.asyncProperty(sent, async ([ids, calls, atOnce]) => {
      const tenant = newTenant();
      const deliver = (call: readonly string[]) =>
        send(
          analytics,
          tenant,
          call.map((messageId) => newEvent({ messageId })),
        );
      const answers = atOnce ? await Promise.all(calls.map(deliver)) : [];
      if (!atOnce) for (const call of calls) answers.push(await deliver(call));
      const sound = [...new Set(ids)].sort();
      expect(await storedMessages(tenant)).toEqual(sound);
      const all = answers.flatMap(outcomes);
      expect(all.filter((outcome) => outcome === 'accepted')).toHaveLength(sound.length);
      expect(all.filter((outcome) => outcome === 'duplicate')).toHaveLength(all.length - sound.length);
    }),
    { numRuns: 25 },
  );
});
