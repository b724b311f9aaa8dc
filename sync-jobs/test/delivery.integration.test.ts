import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { connections, signIn, sql } from '../../platform/test/kit.ts';
import { nextDelivery } from '../src/delivery/wishes.ts';
import { queueDueMessages } from '../src/jobs/queueDue.ts';

import { closeMessages, queue, scripted, stateOf, TENANT, tryOnce } from './messages.ts';

afterAll(closeMessages);

const outcome = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );

describe('an attempt', () => {
  test('hands the message over once, in the template’s words, and is on record', async () => {
    const id = await queue();
    const { provider, given } = scripted('email');
    await tryOnce(id, provider);
    await tryOnce(id, provider);
    const address = `${id}@example.com`;
    expect(given).toEqual([{ id, target: { address }, subject: 'For Ada', text: 'Dear Ada', html: '<p>Dear Ada</p>' }]);
    expect(await stateOf(id)).toEqual({ status: 'sent', error: null, attempts: ['1 succeeded'] });
    const mails = await sql(
      'notifications',
      'SELECT to_address, text_body, html_body FROM emails WHERE notification_id = $1',
      [id],
    );
    expect(mails).toEqual([{ to_address: address, text_body: 'Dear Ada', html_body: '<p>Dear Ada</p>' }]);
  });

  test('of several workers at once is one', async () => {
    const id = await queue();
    const { provider, given } = scripted('email');
    const ends = await Promise.all([1, 2, 3, 4].map(() => outcome(tryOnce(id, provider))));
    expect(given).toHaveLength(1);
    expect(ends.filter((end) => end !== 'done' && end !== 'another worker is at this message')).toEqual([]);
    expect((await stateOf(id)).attempts).toEqual(['1 succeeded']);
  });

  test('that fails for now is made again; the next one says when', async () => {
    const id = await queue();
    const { provider } = scripted('email', ['transient', 'taken']);
    expect(await outcome(tryOnce(id, provider))).toBe('It said no.');
    expect(await stateOf(id)).toMatchObject({ status: 'sending', attempts: ['1 failed transient'] });
    const [due] = await sql<{ soon: boolean }>(
      'notifications',
      "SELECT next_retry_at > now() AND next_retry_at < now() + interval '5 s' AS soon FROM delivery_attempts WHERE notification_id = $1",
      [id],
    );
    expect(due).toEqual({ soon: true });
    await tryOnce(id, provider, 2);
    expect(await stateOf(id)).toMatchObject({ status: 'sent', attempts: ['1 failed transient', '2 succeeded'] });
  });

  test('that fails for good is the last one', async () => {
    const [refused, exhausted, bounced] = [await queue(), await queue(), await queue()];
    await tryOnce(refused, scripted('email', ['permanent']).provider);
    expect(await stateOf(refused)).toMatchObject({ status: 'failed', error: 'permanent' });
    expect(await outcome(tryOnce(exhausted, scripted('email', ['transient']).provider, 8, true))).toBe('It said no.');
    expect(await stateOf(exhausted)).toMatchObject({ status: 'failed', error: 'transient' });
    await tryOnce(bounced, scripted('email', ['gone']).provider);
    expect(await stateOf(bounced)).toMatchObject({ status: 'bounced', error: 'gone' });
  });

  test('is not made at an address that bounced', async () => {
    const address = `${randomUUID()}@example.com`;
    await tryOnce(await queue({ address }), scripted('email', ['gone']).provider);
    const next = await queue({ address: address.toUpperCase(), isCritical: true });
    const { provider, given } = scripted('email');
    await tryOnce(next, provider);
    expect([given, await stateOf(next)]).toEqual([[], { status: 'suppressed', error: 'suppressed', attempts: [] }]);
  });

  test('without a provider says so and is not made again', async () => {
    const id = await queue({ channel: 'sms', address: '+442079460000' });
    await tryOnce(id, undefined);
    expect(await stateOf(id)).toEqual({
      status: 'failed',
      error: 'not_configured',
      attempts: ['1 failed not_configured'],
    });
  });

  test('whose values are gone fails, and hands over nothing half filled', async () => {
    const id = await queue({ data: {} });
    const { provider, given } = scripted('email');
    await tryOnce(id, provider);
    expect([given, await stateOf(id)]).toMatchObject([[], { status: 'failed', error: 'no_words' }]);
  });

  test('whose worker died is made again once that is sure', async () => {
    const id = await queue();
    const begun = `INSERT INTO delivery_attempts (tenant_id, id, notification_id, attempt, provider, started_at)
                   VALUES ($1, gen_random_uuid(), $2, 1, 'scripted', now() - $3::interval)`;
    await sql('notifications', begun, [TENANT, id, '10 s']);
    expect(await outcome(tryOnce(id, scripted('email').provider))).toBe('another worker is at this message');
    await sql(
      'notifications',
      "UPDATE delivery_attempts SET started_at = now() - interval '2 min' WHERE notification_id = $1",
      [id],
    );
    await tryOnce(id, scripted('email').provider);
    expect((await stateOf(id)).attempts).toEqual(['1 failed interrupted', '2 succeeded']);
  });

  test('waits for the message’s time', async () => {
    const id = await queue({ scheduledAt: new Date(Date.now() + 60_000) });
    await tryOnce(id, scripted('email').provider);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', attempts: [] });
  });
});

test('a message whose time has come is queued once, however often that is looked at', async () => {
  const id = await queue({ channel: 'sms', address: '+442079460000', scheduledAt: new Date(Date.now() - 1_000) });
  const later = await queue({ channel: 'sms', address: '+442079460000', scheduledAt: new Date(Date.now() + 60_000) });
  await Promise.all([1, 2, 3].map(() => queueDueMessages({ connections: connections() })));
  const events = await sql<{ id: string }>(
    'notifications',
    "SELECT payload->>'notificationId' AS id FROM domain_events WHERE payload->>'notificationId' = ANY($1)",
    [[id, later]],
  );
  expect(events).toEqual([{ id }]);
});

const wish = fc.record({
  category: fc.constantFrom('all', 'sales', 'billing'),
  channel: fc.constantFrom('all', 'in_app', 'email'),
  isEnabled: fc.boolean(),
});

describe('preferences', () => {
  test('whoever opted out by the nearest one gets no attempt, unless the message is critical', async () => {
    const wishes = fc.uniqueArray(wish, {
      maxLength: 5,
      selector: ({ category, channel }) => `${category} ${channel}`,
    });
    await fc.assert(
      fc.asyncProperty(wishes, fc.boolean(), async (wanted, isCritical) => {
        const userId = randomUUID();
        for (const { category, channel, isEnabled } of wanted)
          await sql(
            'notifications',
            `INSERT INTO notification_preferences (tenant_id, id, user_id, category, channel, is_enabled)
             VALUES ($1, gen_random_uuid(), $2, $3, $4, $5)`,
            [TENANT, userId, category, channel, isEnabled],
          );
        const id = await queue({ channel: 'in_app', userId, address: null, category: 'sales', isCritical });
        const { provider, given } = scripted('in_app');
        await tryOnce(id, provider);
        const order = ['sales in_app', 'sales all', 'all in_app', 'all all'];
        const nearest = order
          .map((name) => wanted.find(({ category, channel }) => `${category} ${channel}` === name))
          .find((found) => found !== undefined);
        const isWanted = isCritical || nearest?.isEnabled !== false;
        expect(given).toHaveLength(isWanted ? 1 : 0);
        expect(await stateOf(id)).toEqual(
          isWanted
            ? { status: 'delivered', error: null, attempts: ['1 succeeded'] }
            : { status: 'suppressed', error: 'opted_out', attempts: [] },
        );
      }),
      { numRuns: 15 },
    );
  });

  test('are asked anew at each attempt', async () => {
    const { user } = await signIn('globex');
    const id = await queue({ userId: user.id, address: null, category: `c${randomUUID().slice(0, 8)}` });
    const { provider, given } = scripted('email', ['transient']);
    await outcome(tryOnce(id, provider));
    await sql(
      'notifications',
      `INSERT INTO notification_preferences (tenant_id, id, user_id, category, is_enabled)
       SELECT tenant_id, gen_random_uuid(), user_id, category, false FROM notifications WHERE id = $1`,
      [id],
    );
    await tryOnce(id, provider, 2);
    expect(given).toHaveLength(1);
    expect(await stateOf(id)).toMatchObject({ status: 'suppressed', attempts: ['1 failed transient'] });
  });

  test('for messages together hold them back until the next full hour, day or week', async () => {
    const at = Date.parse('2026-11-23T09:30:00Z');
    const next = ['hourly', 'daily', 'weekly', 'immediate'].map((each) => nextDelivery(each, at)?.toISOString());
    expect(next).toEqual([
      '2026-11-23T10:00:00.000Z',
      '2026-11-24T00:00:00.000Z',
      '2026-11-30T00:00:00.000Z',
      undefined,
    ]);
    const userId = randomUUID();
    await sql(
      'notifications',
      "INSERT INTO notification_preferences (tenant_id, id, user_id, frequency) VALUES ($1, gen_random_uuid(), $2, 'daily')",
      [TENANT, userId],
    );
    const id = await queue({ channel: 'in_app', userId, address: null });
    await tryOnce(id, scripted('in_app').provider);
    const [held] = await sql<{ held: boolean }>(
      'notifications',
      'SELECT scheduled_at > now() AS held FROM notifications WHERE id = $1',
      [id],
    );
    expect([held, await stateOf(id)]).toMatchObject([{ held: true }, { status: 'pending', attempts: [] }]);
  });
});

describe('a status', () => {
  const order = ['pending', 'sending', 'sent', 'failed', 'bounced', 'suppressed', 'cancelled', 'delivered'];
  const ends = new Set(order.slice(2));

  test('never goes back, whatever the provider says and whoever tries how often', async () => {
    const says = fc.array(
      fc.constantFrom('taken' as const, 'transient' as const, 'permanent' as const, 'gone' as const),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(says, fc.nat(4), async (outcomes, lastAt) => {
        const id = await queue();
        const { provider } = scripted('email', outcomes);
        let before = 'pending';
        for (const [index] of outcomes.entries()) {
          await outcome(tryOnce(id, provider, index + 1, index === lastAt));
          const { status } = await stateOf(id);
          expect(order.indexOf(status)).toBeGreaterThanOrEqual(order.indexOf(before));
          if (ends.has(before)) expect(status).toBe(before);
          before = status;
        }
      }),
      { numRuns: 12 },
    );
  });

  test('is not turned back by SQL either', async () => {
    const id = await queue();
    await tryOnce(id, scripted('email').provider);
    for (const status of ['pending', 'sending', 'suppressed', 'cancelled'])
      await expect(
        sql('notifications', 'UPDATE notifications SET status = $2 WHERE id = $1', [id, status]),
      ).rejects.toThrow('does not go from sent');
  });
});
