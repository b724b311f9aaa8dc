/** An audit log of a test's own, in a database and a folder of its own, to be tampered with as the superuser. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { endPool } from '@metatron/platform/database/pools';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';
import { appendCheckpoint, checkpointFile, signCheckpoint } from '@metatron/prisma/cdx/audit/checkpoints';
import { verifyAudit, type AuditVerification, type VerifyOptions } from '@metatron/prisma/cdx/audit/verify';
import { applyMigrations } from '@metatron/prisma/migrate';
import type { QueryResult } from 'pg';

import { superuserPool } from '../../../platform/test/kit.ts';

const AT = '2026-11-23T10:00:00.125Z';

/** What a relay sends of an entry. */
export const entryOf = (n: number, more: object = {}): object => ({
  tenant_id: 'acme',
  id: randomUUID(),
  at: AT,
  actor_id: randomUUID(),
  actor_role: 'client',
  on_behalf_of: null,
  action: 'leadStageMove',
  object_type: 'Lead',
  object_id: `lead-${String(n)}`,
  before: { stage: 'prospect', n },
  after: { stage: 'qualified', n, note: 'ü "quoted" \\ line\nbreak' },
  request_id: `request-${String(n)}`,
  ...more,
});

async function administer(statement: string): Promise<void> {
  const pool = superuserPool('postgres');
  await pool.query(statement).finally(() => endPool(pool));
}

export interface ScratchLog {
  readonly keys: KeyRing;
  readonly dataDirectory: string;
  readonly file: string;
  run(text: string, values?: unknown[]): Promise<QueryResult>;
  append(entries: readonly object[], source?: string): Promise<void>;
  /** Signs the entry that is the last one now. */
  sign(keys?: KeyRing): Promise<void>;
  verify(options?: Partial<VerifyOptions>): Promise<AuditVerification>;
  /** Verifies while a change is made, and takes the change back. */
  verifyAfter(...changes: readonly string[]): Promise<AuditVerification>;
  close(): Promise<void>;
}

/** @param name one of its own for each file of tests. */
export async function openScratchLog(name: string): Promise<ScratchLog> {
  const database = `metatron_scratch_${name}`;
  await administer(`DROP DATABASE IF EXISTS ${database}`);
  await administer(`CREATE DATABASE ${database}`);
  const pool = superuserPool(database);
  await applyMigrations('cdx', pool);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-audit-'));
  const keys = await openKeyRing(join(dataDirectory, 'keys.json'));
  const file = checkpointFile(dataDirectory);
  const run = (text: string, values: unknown[] = []) => pool.query(text, values);
  const verify = (options: Partial<VerifyOptions> = {}) => verifyAudit({ cdx: pool, keys, dataDirectory, ...options });
  return {
    keys,
    dataDirectory,
    file,
    run,
    append: async (entries, source = 'crm') => {
      await run('SELECT audit_log_append($1, $2)', [source, JSON.stringify(entries)]);
    },
    async sign(by = keys) {
      const { rows } = await pool.query<{ seq: number; hash: string }>(
        "SELECT seq::int, encode(hash, 'hex') AS hash FROM audit_log ORDER BY seq DESC LIMIT 1",
      );
      appendCheckpoint(file, signCheckpoint(by, { ...rows[0]!, at: new Date().toISOString() }));
    },
    verify,
    async verifyAfter(...changes) {
      await run('BEGIN');
      try {
        for (const change of changes) await run(change);
        return await verify();
      } finally {
        await run('ROLLBACK');
      }
    },
    async close() {
      await endPool(pool);
      await administer(`DROP DATABASE ${database}`);
      rmSync(dataDirectory, { recursive: true });
    },
  };
}
