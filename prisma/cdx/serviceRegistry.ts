/** The registry of what runs: each process reports itself, and the gateway what it reaches. */
import { randomUUID } from 'node:crypto';

import type { Queryable } from './directory.ts';

export interface ServiceReport {
  readonly name: string;
  readonly kind: 'gateway' | 'subgraph' | 'worker';
  readonly status: 'up' | 'degraded' | 'down';
  /** Where it listens; null inside another process. */
  readonly address: string | null;
  readonly release: string | null;
}

const WRITE = `
INSERT INTO services AS s (id, name, kind, status, address, release, last_seen_at, updated_at)
SELECT r.id, r.name, r.kind, r.status, r.address, r.release, CASE WHEN r.status <> 'down' THEN now() END, now()
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS r (id, name, kind, status, address, release)
ON CONFLICT (name) DO UPDATE
  SET kind = excluded.kind, status = excluded.status, address = excluded.address, release = coalesce(excluded.release, s.release),
      last_seen_at = coalesce(excluded.last_seen_at, s.last_seen_at), updated_at = now()`;

/** Enters what runs, and how it fares; who is down keeps the time when it was last seen. */
export async function reportServices(cdx: Queryable, reports: readonly ServiceReport[]): Promise<void> {
  const column = <Name extends keyof ServiceReport>(name: Name) => reports.map((report) => report[name]);
  await cdx.query(WRITE, [
    reports.map(() => randomUUID()),
    column('name'),
    column('kind'),
    column('status'),
    column('address'),
    column('release'),
  ]);
}
