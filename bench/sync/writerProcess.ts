/**
 * Writes leads at an even pace: `writerProcess.ts <data directory> <a second> <seconds>`. Each connection writes for
 * one tenant, one row a transaction, so that a tenant's rows commit in the order of their numbers.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { findRunningCluster } from '@metatron/platform/database/embedded';
import { embeddedDatabase } from '@metatron/prisma/provision';
import pg from 'pg';

import { insertRows, leads, TENANTS, tenantName } from './feeds.ts';

const [, , dataDirectory = '', rate = '', seconds = ''] = process.argv;
const statement = { name: 'lead', text: insertRows(leads, '$1', '$2::bigint') };

async function connect(): Promise<pg.Client> {
  const cluster = findRunningCluster(dataDirectory);
  if (cluster === undefined) throw new Error('the cluster does not run');
  const { host, port, superuser: user, superuserPassword: password } = cluster;
  const client = new pg.Client({ host, port, user, password, database: embeddedDatabase('crm') });
  await client.connect();
  return client;
}

/** Row n of a writer is due at n times the interval; one that is late makes good at once. */
async function write(client: pg.Client, writer: number, begun: number): Promise<void> {
  const interval = (TENANTS * 1000) / Number(rate);
  const offset = begun + (writer * interval) / TENANTS;
  const rows = (Number(seconds) * 1000) / interval;
  for (let number = 1; number <= rows; number += 1) {
    const early = offset + number * interval - performance.now();
    if (early > 0.5) await sleep(early);
    await client.query({ ...statement, values: [tenantName(writer), number] });
  }
}

const clients = await Promise.all(Array.from({ length: TENANTS }, connect));
process.send?.('ready');
await once(process, 'message');
const begun = performance.now();
await Promise.all(clients.map((client, writer) => write(client, writer, begun)));
process.send?.('written');
await once(process, 'disconnect');
await Promise.all(clients.map((client) => client.end()));
