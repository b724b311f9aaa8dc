/** What a page of 20 costs from a table of a million rows, against one of ten thousand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Connections } from '@metatron/platform/database/connections';
import { startCluster, stopCluster, type EmbeddedCluster } from '@metatron/platform/database/embedded';
import { readPasswords } from '@metatron/platform/database/passwords';
import { readEnvironment } from '@metatron/platform/env';
import type { Identity } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import { encodeCursor } from '@metatron/platform/read/arguments';
import { loadSubgraph, type Subgraph } from '@metatron/platform/subgraph';
import { openKeyRing } from '@metatron/platform/tokens';
import { embeddedDatabase, provision } from '@metatron/prisma/provision';
import pg from 'pg';

import type { Measured } from './run.ts';
import { median, round, takeTurns } from './statistics.ts';

const SIZES = { small: 10_000, large: 1_000_000 } as const;
const CHUNK = 100_000;
const WARM_UPS = 30;
const ROUNDS = 200;

const NOBODY = '01890000-0000-7000-8000-000000000000';
const person = (role: 'client' | 'superadmin', tenantId: string): Identity => ({
  kind: 'user',
  role,
  tenantId,
  userId: NOBODY,
  sessionId: NOBODY,
});
const callers = { client: person('client', 'acme'), staff: person('superadmin', 'platform') };

const pageOf = (below: string): string =>
  `query Page($after: String) { customers(first: 20, after: $after) { edges { cursor node { id company email status createdAt ${below} } } pageInfo { hasNextPage endCursor } } }`;
const QUERIES = { plain: pageOf(''), nested: pageOf('leads(first: 5) { edges { node { id title } } }') };

interface Bench {
  readonly rows: number;
  readonly subgraph: Subgraph;
  /** The cursor of the row in the middle. */
  readonly middle: string;
  stop(): Promise<void>;
}

/** Every tenth customer has a lead. */
async function fill(sql: pg.Pool, rows: number): Promise<void> {
  await sql.query(
    `INSERT INTO pipelines (tenant_id, id, name, stages, is_default)
     VALUES ('acme', $1, 'Sales', '[{"id": "1", "name": "new", "order": 1, "probability": 10, "kind": "open"}]', true)`,
    [NOBODY],
  );
  for (let from = 1; from <= rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK - 1);
    await sql.query(
      `WITH made AS (
         INSERT INTO customers (tenant_id, id, company, email, created_at)
         SELECT 'acme', gen_random_uuid(), 'Company ' || n, 'c' || n || '@example.com', now() - n * interval '10 seconds'
         FROM generate_series($1::int, $2::int) n RETURNING id, company)
       INSERT INTO leads (tenant_id, id, customer_id, pipeline_id, title, stage, stage_kind, probability)
       SELECT 'acme', gen_random_uuid(), id, '${NOBODY}', company, 'new', 'open', 10 FROM made WHERE company LIKE '%3'`,
      [from, to],
    );
  }
  await sql.query('VACUUM (ANALYZE) customers, leads');
}

async function middleOf(sql: pg.Pool, rows: number): Promise<string> {
  const {
    rows: [row],
  } = await sql.query<{ id: string; at: Date }>(
    'SELECT id, created_at AS at FROM customers ORDER BY created_at DESC, id DESC OFFSET $1 LIMIT 1',
    [rows / 2],
  );
  if (row === undefined) throw new Error('the table is empty');
  const field = { name: 'createdAt', kind: 'DateTime', nullable: false, filterable: true, sortable: true };
  return encodeCursor({ field, descending: true }, { value: row.at.toISOString(), id: row.id });
}

const superuserPool = ({ host, port, superuser, superuserPassword }: EmbeddedCluster): pg.Pool =>
  new pg.Pool({ host, port, user: superuser, password: superuserPassword, database: embeddedDatabase('crm'), max: 1 });

/** CRM's own subgraph over a cluster of its own. */
async function open(rows: number): Promise<Bench> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-lists-'));
  const environment = readEnvironment({ DATA_DIR: dataDirectory });
  const cluster = await startCluster(dataDirectory);
  const passwords = readPasswords(environment);
  const { addresses } = await provision(environment, passwords, cluster, ['crm']);
  const sql = superuserPool(cluster);
  await fill(sql, rows);
  const middle = await middleOf(sql, rows);
  await sql.end();
  const log = createLog('error');
  const connections = new Connections(addresses, passwords, log);
  const keys = await openKeyRing(environment.signingKeysFile);
  const definition = await loadSubgraph('crm');
  return {
    rows,
    middle,
    subgraph: await definition.start({
      connections,
      keys,
      log,
      dataDirectory,
      objectStore: undefined,
      vapidKeysFile: environment.vapidKeysFile,
    }),
    stop: async () => {
      await connections.end();
      await stopCluster(dataDirectory);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** What is asked, by whom, from where in the list. */
interface Asked {
  readonly caller: keyof typeof callers;
  readonly place: 'first' | 'middle';
  readonly query: keyof typeof QUERIES;
}

const PAGES: Readonly<Record<string, Asked>> = {
  firstPage: { caller: 'client', place: 'first', query: 'plain' },
  middlePage: { caller: 'client', place: 'middle', query: 'plain' },
  nestedPage: { caller: 'client', place: 'middle', query: 'nested' },
  staffFirstPage: { caller: 'staff', place: 'first', query: 'plain' },
  staffMiddlePage: { caller: 'staff', place: 'middle', query: 'plain' },
  staffNestedPage: { caller: 'staff', place: 'middle', query: 'nested' },
};

/** Milliseconds that one page takes, from the request's text to the answer's data. */
async function timePage({ subgraph, middle }: Bench, { caller, place, query }: Asked): Promise<number> {
  const begun = performance.now();
  const { data, errors } = await subgraph.execute({
    query: QUERIES[query],
    variables: place === 'first' ? {} : { after: middle },
    caller: { identity: callers[caller], requestId: 'bench', address: '', userAgent: '' },
  });
  const took = performance.now() - begun;
  const page = data?.['customers'] as { edges: unknown[]; pageInfo: { hasNextPage: boolean } } | undefined;
  if (page?.edges.length !== 20 || !page.pageInfo.hasNextPage)
    throw new Error(`no page of 20: ${errors?.[0]?.message ?? ''}`);
  return took;
}

async function compare(small: Bench, large: Bench, asked: Asked) {
  const times = await takeTurns(
    { small: () => timePage(small, asked), large: () => timePage(large, asked) },
    { warmUps: WARM_UPS, rounds: ROUNDS },
  );
  const [smallMs, largeMs] = [median(times.small), median(times.large)];
  return { ratio: round(largeMs / smallMs), smallMs: round(smallMs), largeMs: round(largeMs) };
}

export async function measureLists(): Promise<Measured> {
  const opened: Bench[] = [];
  try {
    const small = await open(SIZES.small);
    opened.push(small);
    const large = await open(SIZES.large);
    opened.push(large);
    const pages: Record<string, Awaited<ReturnType<typeof compare>>> = {};
    for (const [name, asked] of Object.entries(PAGES)) pages[name] = await compare(small, large, asked);
    return {
      ratios: Object.fromEntries(Object.entries(pages).map(([name, { ratio }]) => [`${name}1MVs10k`, ratio])),
      detail: {
        what: 'a page of 20 customers, nested: with their leads, through crm’s subgraph; the median time at 1,000,000 rows against that at 10,000, in turns',
        rounds: ROUNDS,
        pages,
      },
    };
  } finally {
    for (const bench of opened) await bench.stop();
  }
}
