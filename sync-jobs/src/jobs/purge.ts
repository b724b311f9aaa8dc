import { domains } from '@metatron/platform/domains';
import { z } from 'zod';

import { defineJob } from '../defineJob.ts';
import { parseSnapshot } from '../relay/snapshot.ts';
import type { Source } from '../relay/source.ts';

const EVERY_MS = 60_000;
/** Few enough to be gone well within the statement timeout. */
const ROWS = 20_000;

/** How far each source was at the last run: what a run empties has been in cdx for a whole period. */
const previous = new WeakMap<Source, string>();

async function purgeSource(source: Source, stopping: AbortSignal): Promise<void> {
  const { name, origin, cdx } = source;
  const below = previous.get(source);
  const {
    rows: [row],
  } = await cdx.query<{ snapshot: string }>(
    'SELECT snapshot FROM sync_checkpoints WHERE source = $1 AND snapshot IS NOT NULL',
    [name],
  );
  if (row === undefined) return;
  previous.set(source, parseSnapshot(row.snapshot).xmin);
  for (let deleted = ROWS; below !== undefined && deleted >= ROWS && !stopping.aborted;) {
    const { rows } = await origin.query<{ deleted: string }>('SELECT sync_outbox_purge($1::xid8, $2) AS deleted', [
      below,
      ROWS,
    ]);
    deleted = Number(rows[0]?.deleted ?? 0);
  }
}

/** Empties the outboxes of what cdx has had for a while. */
export const purge = defineJob({
  name: 'purge',
  schema: z.object({ source: z.enum(domains) }),
  schedules: domains.map((source) => ({ id: `purge-${source}`, everyMs: EVERY_MS, data: { source } })),
  handler: ({ source }, { leases, stopping }) => purgeSource(leases[source].source, stopping),
});
