import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openKeyRing } from '@metatron/platform/tokens';

import { entryOf, openScratchLog, type ScratchLog } from './scratchLog.ts';

let log: ScratchLog;

beforeAll(async () => {
  log = await openScratchLog('audit_chain');
});

afterAll(() => log.close());

// Nine entries, of which the first six are signed.
beforeEach(async () => {
  await log.run('TRUNCATE audit_log');
  await log.append([1, 2, 3].map((n) => entryOf(n)));
  await log.append(
    [4, 5, 6].map((n) => entryOf(n, { before: null, actor_id: null })),
    'billing',
  );
  truncate();
  await log.sign();
  await log.append([7, 8, 9].map((n) => entryOf(n, { after: null })));
});

function truncate(): void {
  try {
    truncateSync(log.file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const lines = (): string[] => readFileSync(log.file, 'utf8').split('\n').slice(0, -1);

/** Computes every hash from an entry on anew, as only who holds the database could. */
const RECHAIN = (from: number): string => `DO $$
DECLARE e audit_log; p bytea := coalesce((SELECT hash FROM audit_log WHERE seq = ${String(from)} - 1), decode(repeat('00', 32), 'hex'));
BEGIN
  FOR e IN SELECT * FROM audit_log WHERE seq >= ${String(from)} ORDER BY seq LOOP
    UPDATE audit_log SET prev_hash = p, content_hash = sha256(convert_to(jsonb_build_object('before', e.before, 'after', e.after)::text, 'UTF8'))
     WHERE seq = e.seq RETURNING * INTO e;
    p := sha256(p || convert_to(jsonb_build_array(2, e.seq, e.tenant_id, e.id,
      to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.actor_id, e.actor_role, e.on_behalf_of, e.action, e.outcome,
      e.object_type, e.object_id, e.request_id, e.source, e.source_id, to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      encode(e.content_hash, 'hex'))::text, 'UTF8'));
    UPDATE audit_log SET hash = p WHERE seq = e.seq;
  END LOOP;
END $$`;

describe('an audit log', () => {
  test('that nobody touched is sound, up to its checkpoint and beyond', async () => {
    expect(await log.verify()).toEqual({
      checked: 9,
      erased: 0,
      firstBroken: null,
      checkpoint: expect.objectContaining({ seq: 6 }),
      head: { seq: 9, hash: expect.any(String) },
      nextSeq: null,
    });
    expect(await log.verify({ from: 4, to: 5 })).toMatchObject({ checked: 2, firstBroken: null, checkpoint: null });
    expect(await log.verify({ from: 2, limit: 3 })).toMatchObject({ checked: 3, firstBroken: null, nextSeq: 5 });
    expect(await log.verify({ from: 100 })).toMatchObject({ checked: 0, firstBroken: null });
  });

  test('that is empty is sound', async () => {
    expect(await log.verifyAfter('TRUNCATE audit_log')).toMatchObject({ firstBroken: { seq: 1, reason: 'tail_cut' } });
    truncate();
    expect(await log.verifyAfter('TRUNCATE audit_log')).toMatchObject({ checked: 0, firstBroken: null });
  });

  test('keeps its chain when personal data is erased, and counts it', async () => {
    const erase = 'UPDATE audit_log SET before = NULL, after = NULL WHERE seq = 5';
    expect(await log.verifyAfter(erase)).toMatchObject({ checked: 9, erased: 1, firstBroken: null });
  });

  test.each([
    ['a field', 'UPDATE audit_log SET action = $$nothing$$ WHERE seq = 2', { seq: 2, reason: 'changed' }],
    ['the tenant', 'UPDATE audit_log SET tenant_id = $$globex$$ WHERE seq = 2', { seq: 2, reason: 'changed' }],
    [
      'the id with the source’s',
      'UPDATE audit_log SET id = request.id, source_id = request.id FROM (SELECT gen_random_uuid() AS id) AS request WHERE seq = 3',
      { seq: 3, reason: 'changed' },
    ],
    [
      'what was there after',
      `UPDATE audit_log SET after = '{"stage": "lost"}' WHERE seq = 4`,
      { seq: 4, reason: 'content_changed' },
    ],
    [
      'half of the content, as if erased',
      'UPDATE audit_log SET before = NULL WHERE seq = 1',
      { seq: 1, reason: 'content_changed' },
    ],
  ])('names the entry whose content was edited: %s', async (_what, change, firstBroken) => {
    expect(await log.verifyAfter(change)).toMatchObject({ firstBroken });
  });

  test('names the first entry that is gone, or out of place', async () => {
    expect(await log.verifyAfter('DELETE FROM audit_log WHERE seq IN (3, 4)')).toMatchObject({
      firstBroken: { seq: 3, reason: 'missing' },
    });
    const swap = [
      'UPDATE audit_log SET seq = 100 WHERE seq = 4',
      'UPDATE audit_log SET seq = 4 WHERE seq = 5',
      'UPDATE audit_log SET seq = 5 WHERE seq = 100',
    ];
    expect(await log.verifyAfter(...swap)).toMatchObject({ firstBroken: { seq: 4, reason: 'not_linked' } });
    const close = ['DELETE FROM audit_log WHERE seq = 4', 'UPDATE audit_log SET seq = seq - 1 WHERE seq = 5'];
    expect(await log.verifyAfter(...close)).toMatchObject({ firstBroken: { seq: 4, reason: 'not_linked' } });
    expect(await log.verify({ from: 4 })).toMatchObject({ checked: 6, firstBroken: null });
  });

  test('names an entry that was put in', async () => {
    const columns = `tenant_id, gen_random_uuid(), at, actor_id, actor_role, action, object_type, object_id, request_id, source, gen_random_uuid(), content_hash`;
    const insert = (seq: string, previous: string): string => `
      INSERT INTO audit_log (tenant_id, id, at, actor_id, actor_role, action, object_type, object_id, request_id, source, source_id, content_hash, seq, prev_hash, hash)
      SELECT ${columns}, ${seq}, ${previous}, sha256(hash) FROM audit_log WHERE seq = 9`;
    expect(await log.verifyAfter(insert('10', 'hash'))).toMatchObject({ firstBroken: { seq: 10, reason: 'changed' } });
    const between = [
      'UPDATE audit_log SET seq = seq + 100 WHERE seq >= 5',
      'UPDATE audit_log SET seq = seq - 99 WHERE seq > 100',
      insert('5', "sha256('x')"),
    ];
    expect(await log.verifyAfter(...between)).toMatchObject({ firstBroken: { seq: 5, reason: 'not_linked' } });
  });

  test('names the place of a cut tail, by what was signed', async () => {
    expect(await log.verifyAfter('DELETE FROM audit_log WHERE seq > 4')).toMatchObject({
      firstBroken: { seq: 5, reason: 'tail_cut' },
    });
    const refilled = [
      'DELETE FROM audit_log WHERE seq > 4',
      `SELECT audit_log_append('crm', '${JSON.stringify([entryOf(50), entryOf(60)])}')`,
    ];
    expect(await log.verifyAfter(...refilled)).toMatchObject({ firstBroken: { seq: 6, reason: 'replaced' } });
  });

  test('is not believed when all hashes were made anew', async () => {
    const rewrite = ["UPDATE audit_log SET action = 'nothing' WHERE seq = 2", RECHAIN(2)];
    expect(await log.verifyAfter(...rewrite)).toMatchObject({ firstBroken: { seq: 6, reason: 'replaced' } });
    expect(await log.verifyAfter(RECHAIN(1))).toMatchObject({ firstBroken: null });
  });

  test('goes on from entries that were chained by the first formula', async () => {
    const first = `
      UPDATE audit_log l SET hash = sha256(l.prev_hash || convert_to(jsonb_build_array(l.seq, l.tenant_id,
        to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), l.actor_id, l.actor_role, l.on_behalf_of, l.action,
        l.outcome, l.object_type, l.object_id, l.request_id, l.source, encode(l.content_hash, 'hex'))::text, 'UTF8')) WHERE seq = 7`;
    const edits = ["action = 'nothing'", 'id = gen_random_uuid()', 'source_id = gen_random_uuid()'];
    expect(await log.verifyAfter(first, RECHAIN(8))).toMatchObject({ checked: 9, firstBroken: null });
    for (const edit of edits)
      expect(await log.verifyAfter(first, RECHAIN(8), `UPDATE audit_log SET ${edit} WHERE seq = 7`)).toMatchObject({
        firstBroken: { seq: 7, reason: 'changed' },
      });
  });
});

describe('a checkpoint', () => {
  test('is kept to its owner', () => {
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
    expect(lines()).toHaveLength(1);
    expect(Object.keys(JSON.parse(lines()[0]!) as object).sort()).toEqual(['at', 'hash', 'keyId', 'seq', 'signature']);
  });

  test.each([
    ['another entry', { seq: 5 }],
    ['another hash', { hash: 'ab'.repeat(32) }],
    ['another time', { at: '2020-01-01T00:00:00.000Z' }],
    ['another signature', { signature: Buffer.alloc(64).toString('base64url') }],
  ])('that was forged is found: %s', async (_what, change) => {
    const [line] = lines();
    writeFileSync(log.file, `${JSON.stringify({ ...(JSON.parse(line!) as object), ...change })}\n`);
    expect((await log.verify()).firstBroken?.reason).toBe('checkpoint_forged');
  });

  test('that is no longer one is found, and so is an old one that is shown again', async () => {
    const [line] = lines();
    await log.sign();
    writeFileSync(log.file, `${lines().join('\n')}\n${line!}\n`);
    expect((await log.verify()).firstBroken?.reason).toBe('checkpoint_forged');
    writeFileSync(log.file, '{"seq": 6}\n');
    expect((await log.verify()).firstBroken?.reason).toBe('checkpoint_forged');
  });

  test('by a key that is gone says nothing, until a newer one by a key that is held', async () => {
    truncate();
    await log.sign(await openKeyRing(join(log.dataDirectory, 'other-keys.json')));
    expect((await log.verify()).firstBroken?.reason).toBe('checkpoint_key_unknown');
    await log.append([entryOf(10)]);
    await log.sign();
    expect(await log.verify()).toMatchObject({ firstBroken: null, checkpoint: { seq: 10 } });
  });

  test('of which a crash left half is not one, and the next takes its place', async () => {
    const [line] = lines();
    writeFileSync(log.file, `${line!}\n${line!.slice(0, 40)}`);
    expect(await log.verify()).toMatchObject({ firstBroken: null, checkpoint: { seq: 6 } });
    await log.sign();
    expect(lines()).toHaveLength(2);
    expect(await log.verify()).toMatchObject({ firstBroken: null, checkpoint: { seq: 9 } });
  });
});
