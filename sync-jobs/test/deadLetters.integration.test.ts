import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { events as declared } from '@metatron/prisma/events';
import { UnrecoverableError } from 'bullmq';
import pino from 'pino';

import { retryLetter } from '../src/deadLetters/retryLetter.ts';
import { defineHandler } from '../src/events/defineHandler.ts';
import { deliverEvent } from '../src/events/deliverEvent.ts';
import { eventJob } from '../src/events/eventJob.ts';
import { sendLetterAgain } from '../src/events/sendLetterAgain.ts';
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

const crm = defineEvents('crm', { 'lead.created': eventKind({ leadId: id }) });
/** Leads that are not taken yet, and those that have been. */
const refused = new Set<string>();
const taken: string[] = [];

const moody = defineHandler({
  name: 'moody',
  of: crm,
  on: ['lead.created'],
  handle: ({ payload: { leadId } }) => {
    if (refused.has(leadId)) return Promise.reject(new UnrecoverableError('not in the mood'));
    taken.push(leadId);
    return Promise.resolve();
  },
});

const handlers = [moody, sendLetterAgain];
const routes = { declared: { ...declared, crm }, handlers };
const work = [deliver(routes), deliverEvent(routes), ...handlers.map(eventJob)];
const jobs = [...work, retryLetter(work)];

async function happen(payload: object): Promise<string> {
  const eventId = randomUUID();
  await kit.sql.crm.query(
    "INSERT INTO domain_events (tenant_id, id, type, payload) VALUES ('acme', $1, 'lead.created', $2)",
    [eventId, payload],
  );
  return eventId;
}

interface Letter {
  readonly tenantId: string;
  readonly id: string;
  readonly job: string;
  readonly payload: unknown;
  readonly status: string;
  readonly error: string;
  readonly attempts: number;
  readonly isResolved: boolean;
}

const LETTERS = `
SELECT tenant_id AS "tenantId", id, job, payload, status, error, attempts, resolved_at IS NOT NULL AS "isResolved"
  FROM dead_letters`;

/** The one letter about something, once it is in a state. */
async function letterAbout(ref: string, status = 'open', attempts = 1): Promise<Letter> {
  const query = () =>
    kit.sql.cdx.query<Letter>(`${LETTERS} WHERE source_ref LIKE '%' || $1 || '%'`, [ref]).then(({ rows }) => rows);
  const isThere = async (): Promise<boolean> =>
    (await query()).some((letter) => letter.status === status && letter.attempts === attempts);
  await eventually(isThere, 10_000, `the letter about ${ref} is ${status}`);
  const letters = await query();
  expect(letters).toHaveLength(1);
  return letters[0]!;
}

/** What `deadLetterRetry` leaves behind. */
async function ask({ tenantId, id: letterId }: Letter): Promise<void> {
  await kit.sql.cdx.query("UPDATE dead_letters SET status = 'retrying' WHERE id = $1", [letterId]);
  await kit.sql.cdx.query(
    `INSERT INTO domain_events (tenant_id, id, type, payload)
     VALUES ($1, gen_random_uuid(), 'deadLetter.retry_requested', jsonb_build_object('deadLetterId', $2::text))`,
    [tenantId, letterId],
  );
}

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (backend) => {
  const lines: string[] = [];
  let workers: Supervised;

  beforeAll(async () => {
    const redisUrl = backend === 'Redis' ? redis.url : undefined;
    workers = await startSupervisor(kit, { redisUrl, jobs, log: pino({ level: 'error' }, into(lines)) });
  });

  afterAll(() => workers.stop());

  test('a delivery that is sent again and fails is open again with its attempts, and closed when it succeeds', async () => {
    const leadId = randomUUID();
    refused.add(leadId);
    const eventId = await happen({ leadId });
    const letter = await letterAbout(eventId);
    await ask(letter);
    expect(await letterAbout(eventId, 'open', 2)).toEqual({ ...letter, attempts: 2 });
    expect(taken).not.toContain(leadId);
    refused.delete(leadId);
    await ask(letter);
    expect(await letterAbout(eventId, 'retried', 2)).toMatchObject({ id: letter.id, isResolved: true });
    expect(taken.filter((lead) => lead === leadId)).toHaveLength(1);
  });

  test('an event that did not fit reaches its handlers when it is sent again mended', async () => {
    const eventId = await happen({ lead: 'unknown' });
    const letter = await letterAbout(eventId);
    expect(letter.job).toBe('deliverEvent');
    const leadId = randomUUID();
    await kit.sql.crm.query('UPDATE domain_events SET payload = $2 WHERE id = $1', [eventId, { leadId }]);
    await ask(letter);
    expect(await letterAbout(eventId, 'retried')).toMatchObject({ isResolved: true });
    await eventually(() => Promise.resolve(taken.includes(leadId)), 5_000, 'the handler is called');
  });

  test('a letter whose second try was lost with the queue is sent once more', async () => {
    const leadId = randomUUID();
    refused.add(leadId);
    const eventId = await happen({ leadId });
    const letter = await letterAbout(eventId);
    refused.delete(leadId);
    await kit.sql.cdx.query("UPDATE dead_letters SET status = 'retrying' WHERE id = $1", [letter.id]);
    await ask(letter);
    await letterAbout(eventId, 'retried');
  });

  test('threat 27: a job that nothing can be done with is set aside without what may be of a person, and others go on', async () => {
    const secret = 'jane@example.com';
    const about = randomUUID();
    const add = (name: string, data: object) => workers.queue.add(name, data, { jobId: randomUUID() });
    const names = { unknown: `no-such-job-${about}`, unfit: 'event-moody' };
    await add(names.unknown, { leadId: about, email: secret, note: { secret } });
    await add(names.unfit, { source: 'nowhere', tenantId: about, [secret]: secret });
    const letter = await letterAbout(names.unknown);
    expect(letter).toMatchObject({
      tenantId: 'platform',
      job: names.unknown,
      payload: { leadId: about, email: '[withheld]', note: '[withheld]' },
      error: `no job is called ${names.unknown}`,
    });
    const unfit = () => kit.sql.cdx.query<Letter>(`${LETTERS} WHERE payload->>'tenantId' = $1`, [about]);
    await eventually(async () => (await unfit()).rowCount === 1, 5_000, 'the other is set aside');
    expect((await unfit()).rows[0]).toMatchObject({
      tenantId: 'platform',
      job: names.unfit,
      payload: { source: 'nowhere', tenantId: about },
      error: 'the payload of event-moody does not fit its schema',
    });
    expect(lines.join()).toContain(`no job is called ${names.unknown}`);
    expect(lines.join()).not.toContain(secret);
    const good = randomUUID();
    await happen({ leadId: good });
    await eventually(() => Promise.resolve(taken.includes(good)), 5_000, 'the good one arrives');
  });

  test('the same poison again is the same letter, and stays open when it is sent again', async () => {
    const name = `no-such-job-${randomUUID()}`;
    const add = () => workers.queue.add(name, {}, { jobId: randomUUID() });
    await add();
    await letterAbout(name);
    await add();
    const letter = await letterAbout(name, 'open', 2);
    await ask(letter);
    expect(await letterAbout(name, 'open', 3)).toMatchObject({ error: 'its job is not known any more' });
  });
});
