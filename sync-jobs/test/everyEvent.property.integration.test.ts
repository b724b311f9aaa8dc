/** Whatever a domain has declared survives the way from its writer to its handlers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { domains, perDomain, type Domain } from '@metatron/platform/domains';
import { createLog } from '@metatron/platform/log';
import { writeRecords } from '@metatron/platform/verb/records';
import { events as declared } from '@metatron/prisma/events';
import fc from 'fast-check';
import { z } from 'zod';

import { defineHandler } from '../src/events/defineHandler.ts';
import { eventJob } from '../src/events/eventJob.ts';
import { deliver } from '../src/jobs/deliver.ts';
import { inTransaction, rawTransaction } from '../src/transaction.ts';

import { eventually, openKit, type Kit } from './kit.ts';
import { startSupervisor, type Supervised } from './supervisor.ts';

interface Happened {
  readonly type: string;
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
}

/** Values that fit a field, by what its schema says of itself; text that PostgreSQL can store. */
function valuesOf(field: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (field instanceof z.ZodNullable) return fc.option(valuesOf(field.def.innerType));
  if (field instanceof z.ZodOptional) return valuesOf(field.def.innerType);
  if (field instanceof z.ZodGUID) return fc.uuid();
  if (field instanceof z.ZodString) return fc.string({ unit: 'grapheme' });
  if (field instanceof z.ZodNumber) return fc.integer();
  if (field instanceof z.ZodBoolean) return fc.boolean();
  throw new Error('the test does not know this kind of field');
}

/** Events of one type; what is optional may be left out. */
function eventsOf(domain: Domain, type: string): fc.Arbitrary<Happened> {
  const shape = Object.entries(declared[domain].kinds[type]?.payload.shape ?? {});
  const required = shape.filter(([, field]) => !(field instanceof z.ZodOptional)).map(([name]) => name);
  const values = Object.fromEntries(shape.map(([name, field]) => [name, valuesOf(field)]));
  return fc
    .record(values, { requiredKeys: required })
    .map((payload) => ({ type, payload: { ...payload } as Happened['payload'] }));
}

const RUNS = 4;
const heard = perDomain((): Happened[] => []);

const handlers = domains.map((domain) =>
  defineHandler({
    name: `everything-of-${domain}`,
    of: declared[domain],
    on: Object.keys(declared[domain].kinds),
    handle: ({ event, payload }) => {
      heard[domain].push({ type: event.type, payload: payload as Happened['payload'] });
      return Promise.resolve();
    },
  }),
);

const caller = { identity: { kind: 'platform' }, requestId: 'every-event', address: '', userAgent: '' } as const;

let kit: Kit;
let workers: Supervised;

beforeAll(async () => {
  kit = await openKit();
  const jobs = [deliver({ declared, handlers }), ...handlers.map(eventJob)];
  workers = await startSupervisor(kit, { redisUrl: undefined, jobs, log: createLog('silent') });
}, 60_000);

afterAll(async () => {
  await workers.stop();
  await kit.stop();
}, 30_000);

const inOrder = (events: readonly Happened[]): string[] =>
  events.map(({ type, payload }) => JSON.stringify([type, Object.entries(payload).sort()])).sort();

test.each(domains)(
  'every event of %s reaches its handler as it was written',
  async (domain) => {
    const types = Object.keys(declared[domain].kinds);
    const written = types.flatMap((type) => fc.sample(eventsOf(domain, type), RUNS));
    const outcome = { row: null, object: { type: 'Test', id: domain }, events: written };
    const records = { caller, tenantId: 'acme', action: 'everyEvent', outcome };
    await inTransaction(kit.sql[domain], (client) => writeRecords(rawTransaction(client), declared[domain], records));
    const arrived = (): Promise<boolean> => Promise.resolve(heard[domain].length >= written.length);
    await eventually(arrived, 30_000, 'all are heard of');
    expect(inOrder(heard[domain])).toEqual(inOrder(written));
    expect((await kit.sql.cdx.query('SELECT error FROM dead_letters')).rows).toEqual([]);
  },
  40_000,
);
