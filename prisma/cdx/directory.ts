/** AUTH's copy of the tenants: it names them for everyone, and lets a suspension reach live tokens. */
import { randomBytes, randomUUID } from 'node:crypto';

/** What can run a statement: a pool or one connection, in the tenant's context. */
export interface Queryable {
  query(text: string, values: unknown[]): Promise<unknown>;
}

export interface DirectoryEntry {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly clientId: string | null;
  readonly version: number;
}

// An older version never overwrites a newer one, in whatever order they come.
const WRITE = `
INSERT INTO tenants AS t (id, name, status, client_id, version) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE
  SET name = excluded.name, status = excluded.status, client_id = excluded.client_id, version = excluded.version, updated_at = now()
  WHERE t.version <= excluded.version`;

const FIRST_KEY = `
INSERT INTO tenant_keys (tenant_id, id, key)
SELECT $1::text, $2::uuid, $3::text WHERE NOT EXISTS (SELECT FROM tenant_keys WHERE tenant_id = $1::text)`;

/** Writes a tenant into AUTH's directory, with a publishable key if it has none; any number of times. */
export async function writeDirectory(auth: Queryable, tenant: DirectoryEntry): Promise<void> {
  const { id, name, status, clientId, version } = tenant;
  await auth.query(WRITE, [id, name, status, clientId, version]);
  await auth.query(FIRST_KEY, [id, randomUUID(), `pk_${randomBytes(18).toString('base64url')}`]);
}
