/** One step of the drain that, for some tenants, takes the totals from their rows instead of the deltas. */
import { inTransaction } from '../transaction.ts';

import { applyStatement, applyValues, type Batch } from './applyStatement.ts';
import type { Followed } from './checkpoint.ts';
import { PATIENCE } from './copy.ts';
import { isolate } from './isolate.ts';
import type { Load } from './loads.ts';
import { isWhole, lookValues, pollOnce } from './poll.ts';
import { pollStatement, type Look, type Poll } from './pollStatement.ts';
import { isOfData } from './reason.ts';
import type { Source } from './source.ts';

const COUNT = 'UPDATE sync_runs SET rows_written = rows_written + $2, drift = drift + $3 WHERE id = $1';

/** @returns how many totals were other than they should; undefined when another worker was faster. */
async function write(source: Source, checkpoint: Followed, batch: Batch): Promise<number | undefined> {
  const statement = applyStatement(source.capture, { loads: true });
  try {
    const { rows } = await source.cdx.query<{ drift: number }>(statement, applyValues(source, checkpoint, batch));
    return rows[0]?.drift;
  } catch (error) {
    if (!isOfData(error)) throw error;
    return (await isolate(source, checkpoint, batch)) ? 0 : undefined;
  }
}

/**
 * @returns what was applied; undefined when another worker was faster, or another server answered; `later` when there is too much
 *   else to do, so that an ordinary step has to come first.
 */
export async function loadTotals(
  source: Source,
  checkpoint: Followed,
  look: Look,
  { loads, rowsAtOnce }: { readonly loads: readonly Load[]; readonly rowsAtOnce: number },
): Promise<Poll | 'later' | undefined> {
  const tenants = loads.map(({ tenantId }) => tenantId);
  const query = {
    text: pollStatement(source.capture, { totals: true }),
    values: [...lookValues(look, rowsAtOnce), tenants],
  };
  const poll = await inTransaction(source.origin, (origin) => pollOnce(origin, checkpoint, query), PATIENCE);
  if (poll === undefined) return undefined;
  if (!isWhole(poll, look, rowsAtOnce)) return 'later';
  const drift = await write(source, checkpoint, { poll, end: look.end, loaded: tenants });
  if (drift === undefined) return undefined;
  const runId = loads[0]?.runId ?? null;
  if (runId !== null) await source.cdx.query(COUNT, [runId, tenants.length, drift]);
  return poll;
}
