/** A whole gateway whose services fail: each failure is a coded error in time, and costs what it must. */
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Domain } from '@metatron/platform/domains';
import { Pool } from 'undici';

import { eventually } from '../../../platform/test/programs.ts';
import { START_MS } from '../launch.ts';

import type { Fault } from './load/episodes.ts';
import { LoadedPlatform } from './load/platform.ts';

const BOTH = '{ customers(first: 1) { totalCount } plans(first: 1) { totalCount } }';

interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly path: unknown; readonly extensions: { readonly code: string } }[];
}

let platform: LoadedPlatform;
let pool: Pool;

let asked = 0;

/** Each time as another person: none shares another's answer. */
async function ask(query: string): Promise<Answer> {
  asked += 1;
  const { text } = await platform.ask(pool, { query, nth: asked, id: `outage-request-${String(asked)}` });
  return JSON.parse(text) as Answer;
}

const tell = (domain: Domain, fault: Fault | undefined): void => platform.tell({ domain, fault });

const untilWhole = (query: string): Promise<void> =>
  eventually(async () => expect((await ask(query)).errors).toBeUndefined(), 10_000);

beforeAll(async () => {
  platform = await LoadedPlatform.start();
  pool = new Pool(platform.url);
  await untilWhole(BOTH);
}, START_MS);

afterAll(async () => {
  await pool.close();
  await platform.stop();
});

describe('a service that fails', () => {
  test.each<Fault>([
    'killed',
    'reset',
    'silent',
    'late',
    'html',
    'truncated',
    'status500',
    'status503',
    'emptied',
    'flood',
  ])('(%s) costs its own fields alone, with a code, within its time', async (fault) => {
    tell('crm', fault);
    await eventually(async () => expect((await ask(BOTH)).data['customers']).toBeNull(), 10_000);
    const startedAt = performance.now();
    const { data, errors } = await ask(BOTH);
    // Its patience, and a machine in use.
    expect(performance.now() - startedAt).toBeLessThan(4_500);
    expect(data).toEqual({ customers: null, plans: { totalCount: expect.any(Number) } });
    expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    tell('crm', undefined);
    await untilWhole(BOTH);
  });

  test('leaves what asks others untouched while it is silent, even when many ask it', async () => {
    tell('crm', 'silent');
    const stuck = Array.from({ length: 300 }, () => ask('{ customers(first: 1) { totalCount } }'));
    await sleep(50);
    const whole = await Promise.all(Array.from({ length: 50 }, () => ask('{ plans(first: 1) { totalCount } }')));
    expect(whole.filter(({ errors }) => errors !== undefined)).toEqual([]);
    const failed = await Promise.all(stuck);
    expect(new Set(failed.map(({ errors }) => errors?.[0]?.extensions.code))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    tell('crm', undefined);
    await untilWhole(BOTH);
  });

  test('that sends 100 MB to each of many costs no more memory than a moment of it', async () => {
    const before = await platform.figure('process_resident_memory_bytes');
    tell('crm', 'flood');
    for (let round = 0; round < 5; round += 1)
      await Promise.all(Array.from({ length: 8 }, () => ask('{ customers(first: 1) { totalCount } }')));
    tell('crm', undefined);
    await untilWhole(BOTH);
    const grown = (await platform.figure('process_resident_memory_bytes')) - before;
    // Eight answers at once, each as far as it may go, and not the four gigabytes that were offered.
    expect(grown).toBeLessThan(2 ** 30);
  });
});

test('threat 12: the auth service may be silent: who has signed in is served by the others in time', async () => {
  tell('auth', 'silent');
  // What is known of a session is kept for three seconds.
  await sleep(3_200);
  const startedAt = performance.now();
  const { data, errors } = await ask('{ me { email } plans(first: 1) { totalCount } }');
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(data).toEqual({ me: null, plans: { totalCount: expect.any(Number) } });
  expect(errors).toMatchObject([{ path: ['me'], extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  tell('auth', undefined);
  await untilWhole('{ me { email } plans(first: 1) { totalCount } }');
});
