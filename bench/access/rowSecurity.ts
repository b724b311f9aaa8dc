/** The same Prisma code under row security with its context, and as a superuser, whom none of it binds. */
import { endPool, warmPool } from '@metatron/platform/database/pools';
import { PrismaClient } from '@metatron/prisma/crm/client';
import { embeddedDatabase } from '@metatron/prisma/provision';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

import { median, round, takeTurns } from '../statistics.ts';

import type { DemoPlatform } from './demoPlatform.ts';

const ROUNDS = { warmUps: 3, rounds: 30 };
const ROUND_MS = 400;
const CALLERS = 16;
const ROWS = 20;
const TENANT = 'acme';

type Run = (client: PrismaClient) => Promise<unknown>;

/** Both sides name the tenant themselves, as the platform's code does. */
const list: Run = (client) =>
  client.customer.findMany({
    where: { tenantId: TENANT, deletedAt: null },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: ROWS,
  });

const byIds =
  (ids: readonly string[]): Run =>
  (client) => {
    const from = Math.floor(Math.random() * Math.max(1, ids.length - ROWS));
    return client.customer.findMany({ where: { tenantId: TENANT, id: { in: ids.slice(from, from + ROWS) } } });
  };

/** In a transaction, as every verb writes. */
const insert: Run = (client) =>
  client.$transaction((tx) =>
    tx.customer.create({ data: { tenantId: TENANT, id: uuidv7(), company: 'Bench', status: 'active' } }),
  );

/** Operations a second of callers who each wait for their answer before they ask again. */
async function throughput(client: PrismaClient, run: Run): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const caller = async (): Promise<void> => {
    for (; performance.now() - begun < ROUND_MS; done += 1) await run(client);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (done * 1000) / (performance.now() - begun);
}

async function compare(secured: PrismaClient, plain: PrismaClient, run: Run) {
  const rates = await takeTurns(
    { secured: () => throughput(secured, run), plain: () => throughput(plain, run) },
    ROUNDS,
  );
  const [securedRate, plainRate] = [median(rates.secured), median(rates.plain)];
  return { ratio: round(securedRate / plainRate), securedRate: round(securedRate), plainRate: round(plainRate) };
}

/** A pool like the platform's, whose login owns everything. */
function unboundPool({ host, port, superuser, superuserPassword }: DemoPlatform['cluster']): pg.Pool {
  return new pg.Pool({
    ...{ host, port, user: superuser, password: superuserPassword, database: embeddedDatabase('crm') },
    ...{ min: 5, max: 20, keepAlive: true, statement_timeout: 10_000 },
  });
}

export async function measureRowSecurity({ connections, cluster }: DemoPlatform) {
  const pool = unboundPool(cluster);
  await warmPool(pool);
  const plain = new PrismaClient({ adapter: new PrismaPg(pool) });
  const login = { service: 'crm', privilege: 'client' } as const;
  const secured = new PrismaClient({ adapter: new PrismaPg(connections.as('crm', login, TENANT)) });
  try {
    const ids = (await plain.customer.findMany({ where: { tenantId: TENANT }, select: { id: true } })).map(
      ({ id }) => id,
    );
    return {
      rows: ids.length,
      list: await compare(secured, plain, list),
      byIds: await compare(secured, plain, byIds(ids)),
      insert: await compare(secured, plain, insert),
    };
  } finally {
    await endPool(pool);
  }
}
