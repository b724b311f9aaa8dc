/** What is signed of the audit log, who may write to it, and what `npm run audit:verify` says; in a cluster of its own. */
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Connections } from '@metatron/platform/database/connections';
import { domains } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';
import { checkpointFile, type SignedCheckpoint } from '@metatron/prisma/cdx/audit/checkpoints';

import { launch } from '../../gateway/test/launch.ts';
import { entryOf } from '../../subgraphs/cdx/test/scratchLog.ts';
import { signAuditLog } from '../src/jobs/auditCheckpoint.ts';

import { openKit, type Kit } from './kit.ts';

let kit: Kit;
let connections: Connections;
let keys: KeyRing;

beforeAll(async () => {
  kit = await openKit();
  connections = new Connections(kit.addresses, kit.passwords, createLog('silent'));
  keys = await openKeyRing(readEnvironment({ DATA_DIR: kit.dataDirectory }).signingKeysFile);
}, 60_000);

afterAll(async () => {
  await connections.end();
  await kit.stop();
}, 30_000);

const append = (source: string, count: number) =>
  kit.sql.cdx.query('SELECT audit_log_append($1, $2)', [
    source,
    JSON.stringify(Array.from({ length: count }, (_, n) => entryOf(n))),
  ]);

const sign = (by = keys): Promise<void> =>
  signAuditLog({ connections, keys: by, environment: readEnvironment({ DATA_DIR: kit.dataDirectory }) });

const signed = (): SignedCheckpoint[] =>
  readFileSync(checkpointFile(kit.dataDirectory), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SignedCheckpoint);

async function verify(...parameters: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = launch(['prisma/tools/auditVerify.ts', ...parameters], { DATA_DIR: kit.dataDirectory });
  return { code: await program.ended, output: program.output() };
}

describe('the end of the audit log', () => {
  test('is signed when it has moved on, by one worker at a time', async () => {
    await append('crm', 3);
    await Promise.all([sign(), sign(), sign()]);
    await sign();
    expect(signed().map(({ seq }) => seq)).toEqual([3]);
    await append('cms', 2);
    await sign();
    expect(signed().map(({ seq, keyId }) => [seq, keyId])).toEqual([3, 5].map((seq) => [seq, keys.currentKeyId]));
  });

  test('is signed again by a new key, so that the old one can be retired', async () => {
    const renamed = { ...keys, currentKeyId: 'another' };
    await sign(renamed);
    expect(signed().map(({ seq }) => seq)).toEqual([3, 5, 5]);
  });

  test('is found sound by npm run audit:verify', async () => {
    expect(await verify()).toEqual({
      code: 0,
      output: expect.stringMatching(/^5 entries are sound, 0 of them erased\. Signed up to entry 5, at 20\S+Z\.\n$/),
    });
    expect((await verify('--from', '2', '--to', '3')).output).toContain('2 entries are sound');
    expect(await verify('--from', 'x')).toEqual({ code: 1, output: expect.stringContaining('Usage: npm run audit:') });
  });

  test('is not signed once an entry since was changed, and superadmins hear of it', async () => {
    await append('crm', 2);
    await kit.sql.cdx.query("UPDATE audit_log SET action = action || 'x' WHERE seq = 6");
    await expect(sign()).rejects.toThrow('the audit log is broken at entry 6 (changed): nothing is signed');
    await expect(sign()).rejects.toThrow('entry 6');
    expect(signed()).toHaveLength(3);
    const { rows } = await kit.sql.cdx.query(
      "SELECT severity, count, details FROM security_events WHERE kind = 'audit_log_broken'",
    );
    expect(rows).toEqual([{ severity: 'critical', count: 2, details: { seq: 6, reason: 'changed' } }]);
    expect(await verify()).toEqual({
      code: 1,
      output: expect.stringContaining('The audit log is broken at entry 6: it was changed after it was chained.'),
    });
    await kit.sql.cdx.query("UPDATE audit_log SET action = rtrim(action, 'x') WHERE seq = 6");
    await sign();
    expect(signed()).toHaveLength(4);
  });
});

describe('the rights to the audit log', () => {
  test('are to read it, and for no role to write, change, take or empty it', async () => {
    const { rows } = await kit.sql.cdx.query<{ right: string }>(`
      SELECT DISTINCT privilege_type AS right FROM pg_class, aclexplode(relacl) AS a
       WHERE relname = 'audit_log' AND a.grantee <> relowner
      UNION SELECT a.privilege_type FROM pg_attribute, aclexplode(attacl) AS a WHERE attrelid = 'audit_log'::regclass`);
    expect(rows).toEqual([{ right: 'SELECT' }]);
  });

  test('let each relay append what its own domain did, and nothing in another’s name', async () => {
    const total = async (): Promise<number> =>
      (await kit.sql.cdx.query<{ count: number }>('SELECT count(*)::int AS count FROM audit_log')).rows[0]!.count;
    const before = await total();
    for (const service of domains) {
      const relay = connections.as('cdx', { service, privilege: 'sync' }, null);
      const other = service === 'crm' ? 'billing' : 'crm';
      const text = 'SELECT audit_log_append($1, $2)';
      await relay.query(text, [service, JSON.stringify([entryOf(1)])]);
      await expect(relay.query(text, [other, JSON.stringify([entryOf(1)])])).rejects.toThrow('its own domain alone');
      const insert = 'INSERT INTO audit_log SELECT * FROM audit_log LIMIT 1';
      for (const write of [insert, 'UPDATE audit_log SET seq = seq', 'DELETE FROM audit_log', 'TRUNCATE audit_log'])
        await expect(relay.query(write)).rejects.toThrow('permission denied');
    }
    expect(await total()).toBe(before + domains.length);
    await sign();
    expect(signed().at(-1)?.seq).toBe(before + domains.length);
  });
});
