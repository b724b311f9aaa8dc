import { randomBytes } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../../platform/test/mutations.ts';

import { change, done, refusal, userIdOf } from './notifications.ts';

afterAll(closeSql);

const set = (input: object) => done('notificationPreference', 'acme', 'notificationPreferenceUpdate', input);

describe('notificationPreferenceUpdate', () => {
  test('sets what the caller wants of a category by a channel, and keeps what it does not name', async () => {
    const category = fresh('c');
    expect(await set({ category, channel: 'EMAIL', isEnabled: false, expectedVersion: 0 })).toMatchObject({
      category,
      channel: 'EMAIL',
      isEnabled: false,
      frequency: 'IMMEDIATE',
      version: 1,
    });
    expect(await set({ category, channel: 'EMAIL', frequency: 'DAILY', expectedVersion: 1 })).toMatchObject({
      isEnabled: false,
      frequency: 'DAILY',
      version: 2,
    });
    const stale = { category, channel: 'EMAIL', isEnabled: true, expectedVersion: 1 };
    expect(await refusal('acme', 'notificationPreferenceUpdate', stale)).toBe('CONFLICT expectedVersion');
    expect(await refusal('acme', 'notificationPreferenceUpdate', { ...stale, channel: 'SMS' })).toBe(
      'CONFLICT expectedVersion',
    );
    const rows = await sql('notifications', 'SELECT tenant_id FROM notification_preferences WHERE category = $1', [
      category,
    ]);
    expect(rows).toEqual([{ tenant_id: 'acme' }]);
  });

  test('makes one row, whoever sets it at once', async () => {
    const category = fresh('race');
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => change('acme', 'notificationPreferenceUpdate', { category, isEnabled: false })),
    );
    expect(answers.map(({ notificationPreference }) => notificationPreference?.version).sort()).toEqual([1, 2, 3, 4]);
  });

  test('is each person’s own', async () => {
    const category = fresh('mine');
    const { id } = await set({ category, isEnabled: false });
    const theirs = await done('notificationPreference', 'globex', 'notificationPreferenceUpdate', { category });
    expect(theirs).toMatchObject({ isEnabled: true });
    expect(theirs.id).not.toBe(id);
    expect(await refusal('acme', 'notificationPreferenceUpdate', { category: 'No Category' })).toBe('INVALID category');
  });
});

const browser = (more: object = {}) => ({
  endpoint: `https://push.example/${fresh('browser')}`,
  keys: { p256dh: randomBytes(65).toString('base64url'), auth: randomBytes(16).toString('base64url') },
  label: 'Laptop',
  ...more,
});

describe('a push subscription', () => {
  test('is registered once for each browser, shows no endpoint, and is forgotten by its owner alone', async () => {
    const input = browser();
    const made = await done('pushSubscription', 'acme', 'pushSubscriptionCreate', input);
    expect(made).toMatchObject({ service: 'push.example', label: 'Laptop', user: { id: await userIdOf('acme') } });
    const again = { ...input, label: 'Renamed' };
    expect(await done('pushSubscription', 'acme', 'pushSubscriptionCreate', again)).toMatchObject({
      id: made.id,
      label: 'Renamed',
    });
    const list = '{ pushSubscriptions(first: 100) { edges { node { id } } } }';
    const seen = async (account: 'acme' | 'globex') =>
      JSON.stringify(await read(list, { token: await tokenOf(account) }));
    expect(await seen('acme')).toContain(made.id);
    expect(await seen('globex')).not.toContain(made.id);
    expect(await refusal('globex', 'pushSubscriptionDelete', { id: made.id })).toBe('NOT_FOUND id');
    expect(await done('deletedId', 'acme', 'pushSubscriptionDelete', { id: made.id })).toBe(made.id);
    expect(await refusal('acme', 'pushSubscriptionDelete', { id: made.id })).toBe('NOT_FOUND id');
    const audited = await sql('notifications', 'SELECT before, after FROM audit_entries WHERE object_id = $1', [
      made.id,
    ]);
    expect(JSON.stringify(audited)).not.toContain(input.endpoint);
  });

  test.each<[string, object, string]>([
    ['without encryption', { endpoint: 'http://push.example/x' }, 'INVALID endpoint'],
    ['at an address', { endpoint: 'https://127.0.0.1/x' }, 'INVALID endpoint'],
    ['at an address in disguise', { endpoint: 'https://0x7f.1/x' }, 'INVALID endpoint'],
    ['at an address of six', { endpoint: 'https://[::ffff:127.0.0.1]/x' }, 'INVALID endpoint'],
    ['at another port', { endpoint: 'https://push.example:6379/x' }, 'INVALID endpoint'],
    ['with a password', { endpoint: 'https://u:p@push.example/x' }, 'INVALID endpoint'], // not-a-secret
    ['with a short key', { keys: { p256dh: 'AAAA', auth: 'AAAA' } }, 'INVALID keys.p256dh, INVALID keys.auth'],
    ['of nobody', { label: '' }, 'INVALID label'],
  ])('%s is refused', async (_what, input, expected) => {
    expect(await refusal('acme', 'pushSubscriptionCreate', browser(input))).toBe(expected);
  });

  test('is checked by its id', async () => {
    expect(await refusal('acme', 'pushSubscriptionDelete', { id: NOBODY })).toBe('NOT_FOUND id');
  });

  test('is encrypted for under a key that everybody signed in may read', async () => {
    const { pushPublicKey } = await read<{ pushPublicKey: string }>('{ pushPublicKey }', {
      token: await tokenOf('acme'),
    });
    expect(Buffer.from(pushPublicKey, 'base64url')).toHaveLength(65);
  });
});
