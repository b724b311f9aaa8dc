/** A slow statement in a service of the gateway's own process, whose work cannot be broken off. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connections } from '@metatron/platform/database/connections';
import { endPool } from '@metatron/platform/database/pools';
import type { Caller } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';

import { openSubgraph } from '../../../platform/test/inProcess.ts';
import { closeSql, connectionsTo, superuserPool } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';
import { dropScratchDatabases, scratchDatabase } from '../../../platform/test/scratch.ts';
import { Metrics } from '../../src/metrics.ts';
import { resilientLink } from '../../src/resilience/resilientLink.ts';
import { RESILIENCE } from '../../src/resilience/settings.ts';
import { localLink, type SubgraphLink } from '../../src/subgraphSource.ts';

const identity = {
  ...({ kind: 'user', role: 'client', tenantId: 'acme' } as const),
  ...{ userId: randomUUID(), sessionId: randomUUID() },
};
const caller: Caller = { identity, requestId: 'a-request', address: '', userAgent: '' };
const customers = { query: '{ customers(first: 1) { totalCount } }', caller };
const leads = { query: '{ leads(first: 1) { totalCount } }', caller };

let database: string;
let connections: Connections;
let link: SubgraphLink;

beforeAll(async () => {
  database = await scratchDatabase('crm', 'slow');
  connections = connectionsTo({ crm: database });
  const subgraph = await openSubgraph('crm', connections);
  const settings = { ...RESILIENCE, slots: { running: 2, waiting: 0 } };
  link = resilientLink(localLink(subgraph), { metrics: new Metrics(), log: createLog('silent'), settings });
}, 60_000);

afterAll(async () => {
  await connections.end();
  await dropScratchDatabases();
  await closeSql();
});

/** Holds a table, so that whoever reads it waits. */
async function whileLocked(table: string, run: () => Promise<void>): Promise<void> {
  const pool = superuserPool(database);
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await run();
  } finally {
    await client.query('ROLLBACK');
    client.release();
    await endPool(pool);
  }
}

test('threat 12: a slow query is an error within 3 s, others are answered, and its place stays taken until its work has ended', async () => {
  await whileLocked('customers', async () => {
    const startedAt = performance.now();
    await expect(link.execute(customers)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', kind: 'late' });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await link.execute(leads)).toMatchObject({ data: { leads: { totalCount: 0 } } });
    await expect(link.execute(customers)).rejects.toMatchObject({ kind: 'late' });
    // Two statements still wait in PostgreSQL: a third is not added.
    await expect(link.execute(leads)).rejects.toMatchObject({ kind: 'busy' });
  });
  await eventually(async () => {
    expect(await link.execute(customers)).toMatchObject({ data: { customers: { totalCount: 0 } } });
  }, 10_000);
});
