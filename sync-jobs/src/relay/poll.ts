/** Asks a source for what is new. */
import type pg from 'pg';

import type { Followed } from './checkpoint.ts';
import type { Look, Poll } from './pollStatement.ts';
import { parseSnapshot } from './snapshot.ts';

/** The statement's first four parameters. */
export const lookValues = ({ since, end }: Look, rowsAtMost: number): unknown[] => [
  since.xmax,
  since.inProgress,
  end,
  rowsAtMost,
];

/**
 * @returns undefined when another server answers than the one that the checkpoint was read for: it may be this
 *   one put back to an earlier state, so that the checkpoint has to be looked at again.
 */
export async function pollOnce<Row extends Poll = Poll>(
  origin: Pick<pg.ClientBase, 'query'>,
  { life }: Pick<Followed, 'life'>,
  query: pg.QueryConfig,
): Promise<Row | undefined> {
  const { rows } = await origin.query<Row>(query);
  const [poll] = rows;
  if (poll === undefined) throw new Error('a poll gives one row');
  return poll.life === life ? poll : undefined;
}

/** Whether nothing is left of a look: what is taken anew is as of now, and the changes must reach as far. */
export const isWhole = ({ snapshot, truncated, volume }: Poll, { end }: Look, rowsAtOnce: number): boolean =>
  !truncated && volume <= rowsAtOnce && BigInt(parseSnapshot(snapshot).xmax) <= BigInt(end);
