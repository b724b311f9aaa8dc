/** Nothing fails here but the writers: they are many, slow, or all at one tenant. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from '../fault.ts';

const MANY = 10_000;
const HOT_WRITERS = 4;
const HOT_STATEMENTS = 100;

/** Tenants whom nobody else writes for. */
const series = `SELECT 'crowd-' || n FROM generate_series(1, ${String(MANY)}) n`;

export const writes: readonly Fault[] = [
  {
    name: 'one tenant is written to by everybody',
    befall: async ({ sql }) => {
      const insert = "INSERT INTO customers (tenant_id, id) VALUES ('acme', gen_random_uuid())";
      const take =
        "DELETE FROM customers WHERE ctid = (SELECT ctid FROM customers WHERE tenant_id = 'acme' LIMIT 1 FOR UPDATE SKIP LOCKED)";
      const write = async (): Promise<void> => {
        for (let n = 0; n < HOT_STATEMENTS; n += 1)
          await sql.crm.query(
            `BEGIN; SET LOCAL session_replication_role = replica; ${n % 3 === 0 ? take : insert}; COMMIT`,
          );
      };
      await Promise.all(Array.from({ length: HOT_WRITERS }, write));
    },
  },
  {
    name: 'ten thousand tenants are in one batch',
    slow: true,
    befall: async (world) => {
      const run = async (text: string): Promise<void> => {
        await world.sql.crm.query(`BEGIN; SET LOCAL session_replication_role = replica; ${text}; COMMIT`);
      };
      await run(`INSERT INTO customers (tenant_id, id) SELECT t, gen_random_uuid() FROM (${series}) AS tenants (t)`);
      world.afterwards.push(() => run("DELETE FROM customers WHERE tenant_id LIKE 'crowd-%'"));
    },
  },
  {
    name: 'a writer stays open while others come and go',
    befall: async ({ sql }, random) => {
      const clients = await Promise.all([sql.crm.connect(), sql.billing.connect(), sql.auth.connect()]);
      try {
        const [crm, billing, auth] = clients;
        await Promise.all(clients.map((client) => client.query('BEGIN; SET LOCAL session_replication_role = replica')));
        await crm.query("INSERT INTO customers (tenant_id, id) VALUES ('globex', gen_random_uuid())");
        await billing.query("UPDATE subscriptions SET amount = amount + 1 WHERE tenant_id = 'globex'");
        await auth.query(
          "INSERT INTO auth_events (tenant_id, id, event_type) VALUES ('globex', gen_random_uuid(), 'login')",
        );
        await sleep(random.between(800, 2_500));
        await Promise.all(clients.map((client) => client.query(random.oneIn(4) ? 'ROLLBACK' : 'COMMIT')));
      } finally {
        // What was not ended is taken back with its connection.
        for (const client of clients) client.release(true);
      }
    },
  },
];
