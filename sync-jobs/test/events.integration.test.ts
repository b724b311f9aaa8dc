import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { events as declared } from '@metatron/prisma/events';
import { UnrecoverableError } from 'bullmq';
import pino from 'pino';

import { defineHandler } from '../src/events/defineHandler.ts';
import { eventJob } from '../src/events/eventJob.ts';
import { deliver } from '../src/jobs/deliver.ts';

import { eventually, into, openKit, startRedis, type Kit, type RedisServer } from './kit.ts';
import { startSupervisor, type Supervised } from './supervisor.ts';

let kit: Kit;
let redis: RedisServer;

beforeAll(async () => {
  [kit, redis] = await Promise.all([openKit(), startRedis()]);
}, 60_000);

afterAll(async () => {
  await redis.stop();
  await kit.stop();
}, 30_000);

const lead = eventKind({ leadId: id });

const crm = defineEvents('crm', {
  'lead.created': lead,
  'lead.flaky': lead,
  'lead.refused': lead,
  'lead.nobodyListens': lead,
  // At first it named the lead `id`, and then, without a way there, its tenant too.
  'lead.renamed': eventKind(
    { leadId: id },
    { version: 2, upgrade: (before) => ({ leadId: (before as { readonly id: string }).id }) },
  ),
  'lead.shared': eventKind({ leadId: id, withTenant: id.nullable() }, { version: 2 }),
});

const heard: { readonly type: string; readonly leadId: string; readonly attempt: number }[] = [];

const handlers = [
  defineHandler({
    name: 'listener',
    of: crm,
    on: ['lead.created', 'lead.flaky', 'lead.renamed', 'lead.shared'],
    handle: ({ event, payload, attempt }) => {
      heard.push({ type: event.type, leadId: payload.leadId, attempt });
      return event.type === 'lead.flaky' && attempt === 1
        ? Promise.reject(new Error('not now: jane@example.com'))
        : Promise.resolve();
    },
  }),
  defineHandler({
    name: 'refuser',
    of: crm,
    on: ['lead.refused'],
    handle: () => Promise.reject(new UnrecoverableError('this lead is never taken')),
  }),
];

const jobs = [deliver({ declared: { ...declared, crm }, handlers }), ...handlers.map(eventJob)];

async function happen(type: string, payload: object, version = 1): Promise<string> {
  const eventId = randomUUID();
  await kit.sql.crm.query(
    "INSERT INTO domain_events (tenant_id, id, type, version, payload) VALUES ('acme', $1, $2, $3, $4)",
    [eventId, type, version, payload],
  );
  return eventId;
}

interface Found {
  readonly job: string;
  readonly error: string;
  readonly payload: unknown;
}

async function deadLetter(eventId: string): Promise<Found | undefined> {
  const { rows } = await kit.sql.cdx.query<Found>(
    "SELECT job, error, payload FROM dead_letters WHERE tenant_id = 'acme' AND source = 'crm' AND source_ref LIKE '%' || $1",
    [eventId],
  );
  return rows[0];
}

const delivered = async (eventId: string): Promise<boolean> => {
  const text = 'SELECT FROM domain_events WHERE id = $1 AND delivered_at IS NOT NULL';
  return (await kit.sql.crm.query(text, [eventId])).rowCount === 1;
};

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (backend) => {
  const lines: string[] = [];
  let workers: Supervised;

  beforeAll(async () => {
    const redisUrl = backend === 'Redis' ? redis.url : undefined;
    workers = await startSupervisor(kit, { redisUrl, jobs, log: pino({ level: 'warn' }, into(lines)) });
  });

  afterAll(() => workers.stop());

  const deliveries = (leadId: string) => heard.filter((call) => call.leadId === leadId);
  const arrives = (leadId: string): Promise<number> =>
    eventually(() => Promise.resolve(deliveries(leadId).length > 0), 5_000, 'the handler is called');

  test('an event reaches its handler once', async () => {
    const leadId = randomUUID();
    const created = await happen('lead.created', { leadId });
    const unheard = await happen('lead.nobodyListens', { leadId });
    await arrives(leadId);
    const done = async (): Promise<boolean> => (await delivered(created)) && (await delivered(unheard));
    await eventually(done, 5_000, 'nothing is left to deliver');
    expect(deliveries(leadId)).toEqual([{ type: 'lead.created', leadId, attempt: 1 }]);
    expect(await deadLetter(unheard)).toBeUndefined();
  });

  test('a handler that fails is called again', async () => {
    const leadId = randomUUID();
    await happen('lead.flaky', { leadId });
    const attempts = () => deliveries(leadId).map(({ attempt }) => attempt);
    await eventually(() => Promise.resolve(attempts().length === 2), 5_000, 'the handler is called twice');
    expect(attempts()).toEqual([1, 2]);
    const kept = JSON.stringify(await workers.queue.getJobs(['completed', 'delayed', 'failed']));
    expect(kept).toContain('event-listener');
    expect(`${kept}${lines.join('')}`).not.toContain('jane@');
  });

  test('threat 27: what no handler can take is set aside with its reason, and others go on', async () => {
    const refused = await happen('lead.refused', { leadId: randomUUID() });
    const good = randomUUID();
    await happen('lead.created', { leadId: good });
    await eventually(async () => (await deadLetter(refused)) !== undefined, 5_000, 'it is set aside');
    expect(await deadLetter(refused)).toEqual({
      job: 'event-refuser',
      error: 'this lead is never taken',
      payload: { source: 'crm', tenantId: 'acme', id: refused },
    });
    await arrives(good);
  });

  test.each([
    ['of a type that is unknown', 'lead.abducted', 1, {}, 'crm has no event of the type lead.abducted'],
    ['of a type that every object has', 'constructor', 1, {}, 'crm has no event of the type constructor'],
    [
      'whose payload does not fit',
      'lead.created',
      1,
      { leadId: 'jane@example.com' },
      'the payload of lead.created does not fit its schema: leadId',
    ],
    [
      'that carries more than is declared',
      'lead.nobodyListens',
      1,
      { leadId: randomUUID(), email: 'jane@example.com' },
      'the payload of lead.nobodyListens does not fit its schema: the whole',
    ],
    [
      'of an old version that no way leads from',
      'lead.shared',
      1,
      { leadId: randomUUID() },
      'lead.shared is of version 1, and only 2 can be read',
    ],
    [
      'of a version that is not known yet',
      'lead.renamed',
      3,
      { leadId: randomUUID() },
      'lead.renamed is of version 3, and only 2 can be read',
    ],
    [
      'of an old version that is not what it was',
      'lead.renamed',
      1,
      {},
      'the payload of lead.renamed does not fit its schema: leadId',
    ],
  ])('an event %s is set aside and named, and others go on', async (_what, type, version, payload, reason) => {
    const bad = await happen(type, payload, version);
    const good = randomUUID();
    await happen('lead.created', { leadId: good });
    await arrives(good);
    await eventually(() => delivered(bad), 5_000, 'it is out of the way');
    expect(await deadLetter(bad)).toEqual({
      job: 'deliverEvent',
      error: reason,
      payload: { source: 'crm', tenantId: 'acme', id: bad },
    });
    expect(lines.filter((line) => line.includes(bad)).join()).toContain(JSON.stringify(reason));
    expect(lines.join()).not.toContain('jane@');
  });

  test('an event of the version before reaches its handler as the present one has it', async () => {
    const leadId = randomUUID();
    await happen('lead.renamed', { id: leadId }, 1);
    await arrives(leadId);
    expect(deliveries(leadId)).toEqual([{ type: 'lead.renamed', leadId, attempt: 1 }]);
  });
});
