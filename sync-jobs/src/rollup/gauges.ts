/** What the other services count, as metrics of the day: `crm.open_leads`, read from their summary views. */
import type { Connections } from '@metatron/platform/database/connections';
import type { Domain } from '@metatron/platform/domains';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import { setGauges } from './statements.ts';

/** The columns that are gauges, by the domain whose `<domain>_summary` has them. */
const GAUGES: readonly (readonly [Domain, readonly string[]])[] = [
  ['crm', ['total_customers', 'total_leads', 'open_leads', 'open_deals']],
  ['cms', ['total_items', 'published_items']],
  ['billing', ['total_subscriptions', 'active_subscriptions', 'open_invoices', 'paid_invoices']],
];

/** A view counts all tenants' rows at once, which may take its time. */
const PATIENCE = "SET LOCAL statement_timeout = '5min'";

/** Few enough for a statement to end well within its time. */
const TENANTS_AT_ONCE = 200;

interface Reading {
  readonly tenantId: string;
  readonly name: string;
  /** A bigint's digits. */
  readonly value: string;
}

const nameOf = (domain: Domain, column: string): string => `${domain}.${column}`;

async function readSummary(connections: Connections, domain: Domain, columns: readonly string[]): Promise<Reading[]> {
  const values = columns.map((column) => `('${nameOf(domain, column)}', ${column})`).join(', ');
  const sql = `SELECT tenant_id AS "tenantId", name, value FROM ${domain}_summary, LATERAL (VALUES ${values}) AS g (name, value)`;
  const pool = connections.as(domain, { service: 'analytics', privilege: 'service' }, null);
  return inTransaction(pool, async (client) => (await client.query<Reading>(sql)).rows, PATIENCE);
}

/** All gauges of each tenant that a service counts anything of; what a view has no row for is none. */
function complete(found: readonly Reading[]): Reading[][] {
  const names = GAUGES.flatMap(([domain, columns]) => columns.map((column) => nameOf(domain, column)));
  return [...Map.groupBy(found, ({ tenantId }) => tenantId)].map(([tenantId, readings]) => {
    const values = new Map(readings.map(({ name, value }) => [name, value]));
    return names.map((name) => ({ tenantId, name, value: values.get(name) ?? '0' }));
  });
}

async function write(db: pg.Pool, tenants: readonly Reading[][], at: Date): Promise<void> {
  for (let from = 0; from < tenants.length; from += TENANTS_AT_ONCE) {
    const chunk = tenants.slice(from, from + TENANTS_AT_ONCE).flat();
    await db.query(setGauges, [JSON.stringify(chunk), at.toISOString()]);
  }
}

/**
 * Reads the views of all tenants under ANALYTICS' own logins; the day's last reading stays.
 * @returns how many tenants there were.
 */
export async function readGauges(connections: Connections, at: Date): Promise<number> {
  const found = await Promise.all(GAUGES.map(([domain, columns]) => readSummary(connections, domain, columns)));
  const tenants = complete(found.flat());
  await write(connections.as('analytics', { service: 'analytics', privilege: 'service' }, null), tenants, at);
  return tenants.length;
}
