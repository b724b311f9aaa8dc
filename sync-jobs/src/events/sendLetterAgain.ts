import { events } from '@metatron/prisma/cdx/events';

import { readSent, type LetterReference } from '../deadLetters/letters.ts';
import { retryLetterName } from '../deadLetters/retryLetter.ts';
import { RETRIES } from '../retries.ts';

import { defineHandler } from './defineHandler.ts';

/** Sends a dead letter's job again: a superadmin has asked for it. */
export const sendLetterAgain = defineHandler({
  name: 'sendLetterAgain',
  of: events,
  on: ['deadLetter.retry_requested'],
  handle: async ({ event: { tenantId, id: request }, payload: { deadLetterId: id } }, { leases, enqueue }) => {
    const data: LetterReference = { tenantId, id };
    const letter = await readSent(leases.cdx.source.cdx, data);
    if (letter === undefined) return;
    // A fresh id for each request, or the queue would take the job for one that it has had.
    const jobId = `${retryLetterName}-${id}-${String(letter.attempts)}-${request}`;
    await enqueue([{ name: retryLetterName, data, opts: { ...RETRIES, jobId } }]);
  },
});
