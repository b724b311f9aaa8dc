/** Requests that are too many, counted in this process and on a real Redis. */
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Identity } from '@metatron/platform/identity';
import type { Denial } from '@metatron/platform/incidents/denials';
import { createLog } from '@metatron/platform/log';
import type { Redis } from 'ioredis';

import { eventually } from '../../../platform/test/programs.ts';
import { startRedis } from '../../../sync-jobs/test/kit.ts';
import { Metrics } from '../../src/metrics.ts';
import { addressKey } from '../../src/rates/keys.ts';
import { openRates, Rates } from '../../src/rates/rates.ts';
import { ratesOf, type RateSettings } from '../../src/rates/settings.ts';
import { openRedis } from '../../src/redis.ts';

const settings: RateSettings = { seconds: 60, address: 8, anonymous: 2, principal: 3, tenant: 5 };

const client = (userId: string, tenantId: string): Identity => ({
  ...({ kind: 'user', role: 'client', sessionId: 'a session' } as const),
  ...{ userId, tenantId },
});

interface Gateway {
  readonly rates: Rates;
  readonly denials: Denial[];
  readonly metrics: Metrics;
  /** How many of so many requests are let in. */
  readonly admitted: (count: number, identity: Identity, address?: string) => Promise<number>;
}

function gateway(redis?: Redis): Gateway {
  const denials: Denial[] = [];
  const metrics = new Metrics();
  const rates = new Rates({ settings, redis, metrics, events: { note: (denial) => denials.push(denial) } });
  const admitted: Gateway['admitted'] = async (count, identity, address = '192.0.2.1') => {
    const asker = { identity, address, requestId: 'a-request' };
    const results = await Promise.allSettled(Array.from({ length: count }, () => rates.admit(asker)));
    return results.filter(({ status }) => status === 'fulfilled').length;
  };
  return { rates, denials, metrics, admitted };
}

const tooMany = {
  code: 'THROTTLED',
  status: 429,
  headers: { 'retry-after': expect.stringMatching(/^([1-9]|[1-5]\d|60)$/) },
};
const anonymous: Identity = { kind: 'anonymous' };

describe('one gateway alone', () => {
  test('counts each person apart, and all of a tenant together', async () => {
    const { admitted } = gateway();
    expect(await admitted(5, client('ann', 'acme'))).toBe(3);
    expect(await admitted(5, client('bob', 'acme'))).toBe(2);
    expect(await admitted(1, client('eve', 'acme'))).toBe(0);
    expect(await admitted(5, client('zoe', 'globex'))).toBe(3);
  });

  test('does not count the platform’s staff as one tenant, nor itself at all', async () => {
    const { admitted } = gateway();
    for (const person of ['ann', 'bob', 'eve']) expect(await admitted(3, client(person, 'platform'))).toBe(3);
    expect(await admitted(100, { kind: 'platform' })).toBe(100);
  });

  test('counts the visitors of a site apart, and all of it together', async () => {
    const { admitted } = gateway();
    expect(await admitted(5, { kind: 'key', tenantId: 'acme' }, '192.0.2.1')).toBe(3);
    expect(await admitted(5, { kind: 'key', tenantId: 'acme' }, '192.0.2.2')).toBe(2);
  });

  test('counts those who are nobody by their address', async () => {
    const { admitted } = gateway();
    expect(await admitted(5, anonymous, '192.0.2.1')).toBe(2);
    expect(await admitted(5, anonymous, '192.0.2.2')).toBe(2);
  });

  test('says when to come back, counts what it refuses, and leaves an incident', async () => {
    const { rates, denials, metrics } = gateway();
    const asker = { identity: client('ann', 'acme'), address: '192.0.2.1', requestId: 'a-request' };
    for (let nth = 0; nth < 3; nth += 1) await rates.admit(asker);
    await expect(rates.admit(asker)).rejects.toMatchObject(tooMany);
    expect(denials).toEqual([{ kind: 'throttled', caller: asker, coordinates: ['principal'] }]);
    expect(await metrics.registry.metrics()).toContain('metatron_throttled_total{by="principal"} 1');
  });

  test('lets them in again when the time is over', async () => {
    const metrics = new Metrics();
    const short = { ...settings, seconds: 1 };
    const rates = new Rates({ settings: short, redis: undefined, metrics, events: { note: () => undefined } });
    const asker = { identity: anonymous, address: '192.0.2.1', requestId: 'a-request' };
    for (let nth = 0; nth < 8; nth += 1) await rates.admitAddress(asker);
    await expect(rates.admitAddress(asker)).rejects.toMatchObject(tooMany);
    await eventually(() => rates.admitAddress(asker), 5_000);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('gateways with a Redis', () => {
  const opened: Redis[] = [];
  let server: Awaited<ReturnType<typeof startRedis>>;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(async () => {
    for (const redis of opened) redis.disconnect();
    await server.stop();
  });

  async function connected(): Promise<Redis> {
    const redis = openRedis(server.url, createLog('silent'));
    opened.push(redis);
    await eventually(() => redis.ping().then(() => undefined), 10_000);
    return redis;
  }

  test('count together', async () => {
    const [one, other] = [gateway(await connected()), gateway(await connected())];
    expect(await one.admitted(2, client('ann', 'acme'))).toBe(2);
    expect(await other.admitted(5, client('ann', 'acme'))).toBe(1);
    expect(await one.admitted(1, client('ann', 'acme'))).toBe(0);
  });

  test('count each for itself while it is silent or gone, and keep nobody waiting for long', async () => {
    const { admitted } = gateway(await connected());
    server.silence();
    const startedAt = performance.now();
    expect(await admitted(5, client('bob', 'initech'))).toBe(3);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await server.kill();
    await sleep(50);
    expect(await admitted(5, client('eve', 'hooli'))).toBe(3);
  });
});

test('a factor scales what is allowed, and 0 allows all', () => {
  const [usual, half] = [ratesOf(1), ratesOf(0.5)];
  expect(half).toEqual({
    ...usual,
    address: usual.address / 2,
    anonymous: usual.anonymous / 2,
    principal: usual.principal / 2,
    tenant: usual.tenant / 2,
  });
  expect(ratesOf(1e-9).anonymous).toBe(1);
  const options = { redis: undefined, metrics: new Metrics(), events: { note: () => undefined } };
  expect(openRates(0, options)).toBeUndefined();
  expect(openRates(2, options)).toBeDefined();
});
