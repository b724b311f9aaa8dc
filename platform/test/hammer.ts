/** Threat 25's hammer: callers of many tenants over few connections, disturbed in every way that a caller can be. */
import type pg from 'pg';

import { ContextPool } from '../src/database/contextPool.ts';

export interface HammerOptions {
  /** The connections that all share. */
  readonly shared: pg.Pool;
  readonly role: string;
  /** Each caller's tenant, with the number of rows that are its own. */
  readonly tenants: ReadonlyMap<string, number>;
  readonly requests: number;
  /** Cancels or ends whatever runs on the shared connections at the moment; called now and then. */
  readonly disturb: () => Promise<unknown>;
}

export interface Hammered {
  readonly answered: number;
  /** What failed, was cancelled or killed: it answers with an error, never with rows. */
  readonly aborted: number;
  /** Rows of another tenant, or fewer than the tenant has: each a sentence. None, one hopes. */
  readonly wrong: readonly string[];
}

interface Seen {
  readonly tenant: string | null;
  readonly rows: number;
}

/** A row for each tenant that is seen: another's is a second one, a lost context none. */
const SEEN = 'SELECT tenant_id AS tenant, count(*)::int AS rows FROM customers WHERE $1::int > 0 GROUP BY tenant_id';

type Act = (pool: ContextPool) => Promise<readonly Seen[] | undefined>;

const read: Act = async (pool) => (await pool.query<Seen>(SEEN, [1])).rows;

/** Aborts: what is sent fails at once, or half-way, or in its transaction. */
const divide: Act = async (pool) => {
  await pool.query('SELECT 1 / $1::int FROM customers', [0]);
  return undefined;
};

const misspell: Act = async (pool) => {
  await pool.query('SELECT tenant_id FORM customers');
  return undefined;
};

/** Long enough for a disturbance to hit it. */
const sleep: Act = async (pool) => {
  await pool.query('SELECT pg_sleep(0.002)');
  return undefined;
};

const inTransaction =
  (end: 'COMMIT' | 'ROLLBACK', between?: string): Act =>
  async (pool) => {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<Seen>(SEEN, [1]);
      if (between !== undefined) await client.query(between).catch(() => undefined);
      await client.query(end);
      return rows;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection that broke off is not handed on.
      client.release(failure);
    }
  };

const acts: readonly Act[] = [
  ...Array.from({ length: 12 }, () => read),
  ...[divide, misspell, sleep, inTransaction('COMMIT'), inTransaction('ROLLBACK')],
  ...[inTransaction('ROLLBACK', 'SELECT nothing'), inTransaction('COMMIT', 'SELECT nothing')],
];

function judge(tenant: string, own: number, seen: readonly Seen[]): string[] {
  const [only, ...others] = seen;
  const foreign = seen.filter((row) => row.tenant !== tenant);
  if (foreign.length > 0) return [`${tenant} saw rows of ${foreign.map((row) => String(row.tenant)).join(', ')}`];
  return others.length === 0 && only?.rows === own
    ? []
    : [`${tenant} saw ${String(only?.rows ?? 0)} of ${String(own)}`];
}

/** Always the same numbers, so that a failure comes again. */
function* numbers(): Generator<number, never> {
  for (let state = 42; ; state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) yield state >> 8;
}

const CALLERS = 40;
const BETWEEN_DISTURBANCES = 250;

/** Sends the requests, 40 at a time, each as the next of the tenants, and looks at every row that comes back. */
export async function hammer({ shared, role, tenants, requests, disturb }: HammerOptions): Promise<Hammered> {
  const random = numbers();
  const names = [...tenants.keys()];
  const wrong: string[] = [];
  let [sent, answered, aborted] = [0, 0, 0];
  const call = async (): Promise<void> => {
    const tenant = names[random.next().value % names.length] ?? '';
    const act = acts[random.next().value % acts.length] ?? read;
    try {
      const seen = await act(new ContextPool(shared, { role, tenantId: tenant }));
      if (seen !== undefined) wrong.push(...judge(tenant, tenants.get(tenant) ?? 0, seen));
      answered += 1;
    } catch {
      aborted += 1;
    }
  };
  const caller = async (): Promise<void> => {
    while (sent < requests) {
      sent += 1;
      if (sent % BETWEEN_DISTURBANCES === 0) await disturb();
      await call();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return { answered, aborted, wrong };
}
