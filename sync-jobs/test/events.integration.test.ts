import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Connections } from '@metatron/platform/database/connections';
import { domains, perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openQueueStore } from '@metatron/platform/queue';
import { openKeyRing } from '@metatron/platform/tokens';
import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';

import { defineHandler } from '../src/events/defineHandler.ts';
import { eventJob } from '../src/events/eventJob.ts';
import { deliver } from '../src/jobs/deliver.ts';
import { Leases } from '../src/relay/lease.ts';
import { openSource } from '../src/relay/source.ts';
import { Supervisor } from '../src/supervisor.ts';

import { eventually, openKit, startRedis, type Kit, type RedisServer } from './kit.ts';

let kit: Kit;
let redis: RedisServer;

beforeAll(async () => {
  [kit, redis] = await Promise.all([openKit(), startRedis()]);
}, 60_000);

afterAll(async () => {
  await redis.stop();
  await kit.stop();
}, 30_000);

const heard: { readonly type: string; readonly leadId: string; readonly attempt: number }[] = [];

const handlers = [
  defineHandler({
    name: 'listener',
    on: ['lead.created', 'lead.flaky'],
    payload: z.object({ leadId: z.uuid() }),
    handle: ({ event, payload, attempt }) => {
      heard.push({ type: event.type, leadId: payload.leadId, attempt });
      return event.type === 'lead.flaky' && attempt === 1
        ? Promise.reject(new Error('not now: jane@example.com'))
        : Promise.resolve();
    },
  }),
  defineHandler({
    name: 'refuser',
    on: ['lead.refused'],
    payload: z.object({}),
    handle: () => Promise.reject(new UnrecoverableError('this lead is never taken')),
  }),
];

async function startSupervisor(redisUrl: string | undefined): Promise<() => Promise<void>> {
  const { addresses, passwords, dataDirectory } = kit;
  const environment = { ...readEnvironment({ DATA_DIR: dataDirectory }), redisUrl };
  const log = createLog('silent');
  const leases = perDomain((name) => new Leases(openSource(name, { addresses, passwords, log }), log));
  const connections = new Connections(addresses, passwords, log);
  const stopping = new AbortController();
  const store = openQueueStore({ redisUrl, address: addresses.cdx, password: passwords.queue, log });
  const jobs = [deliver(handlers), ...handlers.map(eventJob)];
  const keys = await openKeyRing(environment.signingKeysFile);
  const context = { environment, leases, connections, keys, log, stopping: stopping.signal };
  const supervisor = new Supervisor(store, jobs, context);
  await supervisor.start();
  return async () => {
    stopping.abort();
    await supervisor.stop();
    await store.close();
    await Promise.all([connections.end(), ...domains.map((name) => leases[name].source.close())]);
  };
}

async function happen(type: string, payload: object): Promise<string> {
  const id = randomUUID();
  await kit.sql.crm.query("INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ('acme', $1, $2, $3)", [
    id,
    type,
    payload,
  ]);
  return id;
}

async function deadLetter(eventId: string): Promise<{ error: string; payload: unknown } | undefined> {
  const { rows } = await kit.sql.cdx.query<{ error: string; payload: unknown }>(
    "SELECT error, payload FROM dead_letters WHERE tenant_id = 'acme' AND source = 'crm' AND source_ref LIKE '%' || $1",
    [eventId],
  );
  return rows[0];
}

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (backend) => {
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await startSupervisor(backend === 'Redis' ? redis.url : undefined);
  });

  afterAll(() => stop());

  test('an event reaches its handler once, within two seconds', async () => {
    const leadId = randomUUID();
    await happen('lead.created', { leadId });
    await happen('lead.nobodyListens', { leadId });
    const deliveries = () => heard.filter((call) => call.leadId === leadId);
    await eventually(() => Promise.resolve(deliveries().length > 0), 2_000, 'the handler is called');
    expect(deliveries()).toEqual([{ type: 'lead.created', leadId, attempt: 1 }]);
    const waiting = async (): Promise<boolean> => {
      const { rows } = await kit.sql.crm.query('SELECT FROM domain_events WHERE delivered_at IS NULL');
      return rows.length === 0;
    };
    await eventually(waiting, 2_000, 'nothing is left to deliver');
  });

  test('a handler that fails is called again', async () => {
    const leadId = randomUUID();
    await happen('lead.flaky', { leadId });
    const attempts = () => heard.filter((call) => call.leadId === leadId).map(({ attempt }) => attempt);
    await eventually(() => Promise.resolve(attempts().length === 2), 5_000, 'the handler is called twice');
    expect(attempts()).toEqual([1, 2]);
  });

  test('threat 27: what no handler can take is set aside with its reason, and others go on', async () => {
    const refused = await happen('lead.refused', { leadId: 'x' });
    const malformed = await happen('lead.created', { leadId: 'not an id' });
    const good = randomUUID();
    await happen('lead.created', { leadId: good });
    const both = async (): Promise<boolean> =>
      (await deadLetter(refused)) !== undefined && (await deadLetter(malformed)) !== undefined;
    await eventually(both, 5_000, 'both are set aside');
    expect(await deadLetter(refused)).toEqual({
      error: 'this lead is never taken',
      payload: { source: 'crm', tenantId: 'acme', id: refused },
    });
    expect((await deadLetter(malformed))?.error).toContain('does not fit its schema');
    await eventually(() => Promise.resolve(heard.some(({ leadId }) => leadId === good)), 2_000, 'the good one arrives');
  });
});
