import type { Pool, PoolClient } from 'pg';

const PREFIX = 'demo-';

/** The request id of the demo's audit entries: the mark that it was loaded, and with which anchor. */
export const requestIdOf = (anchor: Date): string => `${PREFIX}${anchor.toISOString().slice(0, 10)}`;

const anchorOf = (requestId: string | null): Date | undefined =>
  requestId === null ? undefined : new Date(`${requestId.slice(PREFIX.length)}T00:00:00Z`);

/** What a database says of the demo's tenants. */
export interface Mark {
  readonly tenantId: string;
  /** The anchor of the demo data that is there; undefined when there is none. */
  readonly anchor: Date | undefined;
}

interface Found {
  readonly tenantId: string;
  readonly requestId: string | null;
}

/** The demo's own entries are the oldest of their tenant, so that each look-up ends at once. */
const MARKS = `
SELECT t.id AS "tenantId",
       (SELECT a.request_id FROM audit_entries a WHERE a.tenant_id = t.id AND a.request_id LIKE 'demo-%' ORDER BY a.tenant_id, a.id LIMIT 1) AS "requestId"
  FROM unnest($1::text[]) AS t (id)`;

/** For each tenant whether, and with which anchor, its demo data was loaded into this database. */
export async function readMarks(database: Pool | PoolClient, tenantIds: readonly string[]): Promise<readonly Mark[]> {
  const { rows } = await database.query<Found>(MARKS, [tenantIds]);
  return rows.map(({ tenantId, requestId }) => ({ tenantId, anchor: anchorOf(requestId) }));
}

export async function markOf(database: PoolClient, tenantId: string): Promise<Date | undefined> {
  const [mark] = await readMarks(database, [tenantId]);
  return mark?.anchor;
}

/** Tenants of a real installation that happen to have a demo tenant's name; they are left alone. */
export async function readStrangers(
  auth: Pool,
  tenantIds: readonly string[],
  marked: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { rows } = await auth.query<{ readonly id: string }>('SELECT id FROM tenants WHERE id = ANY($1::text[])', [
    tenantIds,
  ]);
  return new Set(rows.map(({ id }) => id).filter((id) => !marked.has(id)));
}
