import { slotOf, SLOTS } from '@metatron/prisma/capture/names';
import { capturedTables, outboxTables } from '@metatron/prisma/capture/outbox';
import { z } from 'zod';

import { defineJob, type JobContext } from '../defineJob.ts';
import { recordLineage } from '../lineage.ts';
import { LIFE } from '../relay/pollStatement.ts';
import { reasonOf } from '../relay/reason.ts';
import { parseSnapshot } from '../relay/snapshot.ts';
import type { Source } from '../relay/source.ts';

const EVERY_MS = 10_000;

interface Applied {
  readonly snapshot: string;
  /** What it was read from: in another life the same ids may be those of other transactions. */
  readonly life: string;
}

/** How far each source was at the last round: what is emptied has been in cdx for a whole period. */
const previous = new WeakMap<Source, Applied>();

const APPLIED = `
SELECT snapshot, witness ->> 'life' AS life FROM sync_checkpoints WHERE source = $1 AND snapshot IS NOT NULL`;
const REPAIR = 'SELECT sync_capture_repair() AS table';
const ROTATE = `SELECT sync_outbox_rotate($1::xid8) WHERE ${LIFE} = $2`;
const MEASURE = 'SELECT sum(pg_total_relation_size(name::regclass))::text AS bytes FROM unnest($1::text[]) AS name';
const RECORD = 'UPDATE sync_checkpoints SET outbox_bytes = $2 WHERE source = $1 AND outbox_bytes <> $2';

/** @returns how far the source is now. */
async function empty({ name, origin, cdx }: Source, before: Applied | undefined): Promise<Applied | undefined> {
  const { rows } = await cdx.query<Applied>(APPLIED, [name]);
  if (before !== undefined) await origin.query(ROTATE, [parseSnapshot(before.snapshot).xmin, before.life]);
  return rows[0];
}

async function measure({ name, origin, cdx, capture }: Source): Promise<void> {
  const slots = outboxTables(capture).flatMap((outbox) => SLOTS.map((slot) => slotOf(outbox, slot)));
  const { rows } = await origin.query<{ bytes: string }>(MEASURE, [slots]);
  await cdx.query(RECORD, [name, rows[0]?.bytes ?? '0']);
}

/** Sources whose lineage this process has written: it changes with a release alone. */
const recorded = new WeakSet<Source>();

async function keepUp(source: Source, { log }: Pick<JobContext, 'log'>): Promise<void> {
  const { rows } = await source.origin.query<{ table: string }>(REPAIR);
  if (rows.length > 0)
    log.warn(
      { source: source.name, tables: rows.map(({ table }) => table) },
      'triggers or partitions were not as they should be: all tenants are taken anew',
    );
  const before = previous.get(source);
  previous.delete(source);
  const applied = await empty(source, before);
  if (applied !== undefined) previous.set(source, applied);
  await measure(source);
  if (recorded.has(source)) return;
  await recordLineage(source);
  recorded.add(source);
}

/** Puts missing triggers back, keeps the lineage as declared, empties the outboxes of what cdx has had for a while, and measures them. */
export const upkeep = defineJob({
  name: 'upkeep',
  schema: z.object({}),
  schedules: [{ id: 'upkeep', everyMs: EVERY_MS, data: {} }],
  handler: async (_input, context) => {
    const sources = Object.values(context.leases).map(({ source }) => source);
    const captured = sources.filter(({ capture }) => capturedTables(capture).length > 0);
    const attempt = (source: Source): Promise<void> =>
      keepUp(source, context).catch((error: unknown) => {
        context.log.warn({ source: source.name, reason: reasonOf(error) }, 'the outboxes cannot be looked after');
      });
    await Promise.all(captured.map(attempt));
  },
});
