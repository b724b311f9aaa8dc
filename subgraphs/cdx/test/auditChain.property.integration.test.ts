/** Whatever is in the log, and whichever field of whichever entry is edited: it is found, and named. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { entryOf, openScratchLog, type ScratchLog } from './scratchLog.ts';

let log: ScratchLog;

beforeAll(async () => {
  log = await openScratchLog('audit_property');
});

afterAll(() => log.close());

const RUNS = 60;

/** Each column, and an edit of it that always makes another value. */
const EDITS: Readonly<Record<string, string>> = {
  tenant_id: "tenant_id || 'x'",
  id: 'gen_random_uuid()',
  seq: 'seq + 1000',
  at: "at + interval '1 millisecond'",
  actor_id: 'CASE WHEN actor_id IS NULL THEN gen_random_uuid() END',
  actor_role: "actor_role || 'x'",
  on_behalf_of: 'gen_random_uuid()',
  action: "action || 'x'",
  outcome: "'failed'",
  object_type: "object_type || ' '",
  object_id: "object_id || '0'",
  before: `coalesce(before, '{}') || '{"edited": 1}'`,
  after: `coalesce(after, '{}') || '{"edited": 1}'`,
  request_id: "request_id || 'x'",
  source: "source || 'x'",
  source_id: 'gen_random_uuid()',
  content_hash: 'NULL',
  prev_hash: 'sha256(prev_hash)',
  hash: 'sha256(hash)',
  created_at: "created_at - interval '1 day'",
};

// PostgreSQL's jsonb holds no NUL.
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => value.replaceAll('\0', ''));
const content = fc.option(
  fc.dictionary(text, fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null))),
);
const entry = fc.record({
  before: content,
  after: content,
  action: fc.constantFrom('leadCreate', 'ü "x"', ''),
  actor_id: fc.option(fc.uuid()),
});
const chain = fc.array(entry, { minLength: 1, maxLength: 12 });

interface Case {
  readonly chain: readonly object[];
  readonly column: string;
  readonly place: number;
}

const SIMPLE = { chain: [{ before: null, after: null, actor_id: null }], place: 0 };

test('names any edit of any field of any entry', async () => {
  const columns = await log.run(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'audit_log'",
  );
  expect((columns.rows as { name: string }[]).map(({ name }) => name).sort()).toEqual(Object.keys(EDITS).sort());
  const cases: fc.Arbitrary<Case> = fc.record({
    chain,
    column: fc.constantFrom(...Object.keys(EDITS)),
    place: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ chain: entries, column, place }) => {
      await log.run('TRUNCATE audit_log');
      await log.append(entries.map((more, n) => entryOf(n, more)));
      expect(await log.verify()).toMatchObject({ checked: entries.length, firstBroken: null });
      const seq = (place % entries.length) + 1;
      await log.run(`UPDATE audit_log SET ${column} = ${EDITS[column]!} WHERE seq = $1`, [seq]);
      expect((await log.verify()).firstBroken).toMatchObject({ seq });
    }),
    {
      numRuns: RUNS,
      endOnFailure: true,
      examples: Object.keys(EDITS).map((column): [Case] => [{ ...SIMPLE, column }]),
    },
  );
});
