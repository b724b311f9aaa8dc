/**
 * The relay's one look at a source: all that has committed between two snapshots, collapsed. A
 * single statement sees a single snapshot, so it needs no transaction of its own.
 *
 * $1: the earlier snapshot's xmax; $2: what was running then; $3: from which transaction on to leave
 * the rest for the next look; $4: how many changed rows to bring along at most; from $5 on what is taken
 * anew, if anything: the tenants whose totals are taken from their rows, or the next rows of one.
 */
import type { Capture } from '@metatron/prisma/capture/declare';
import { EVERY_TENANT } from '@metatron/prisma/capture/names';
import { outboxTables } from '@metatron/prisma/capture/outbox';

import { collapse, type Loaded } from './collapse.ts';
import { AUDIT_COLUMNS, changedRows, countKeys, goneKeys, rowsInOrder, type ChunkOf } from './rows.ts';
import type { Snapshot } from './snapshot.ts';
import { targetsOf } from './targets.ts';

/** Some outbox rows, all of them together. */
export interface Trace {
  readonly changes: number;
  /** The least and the greatest of their transactions; null when there are none. */
  readonly from: string | null;
  readonly newest: string | null;
  readonly digest: string | null;
}

/** The row that the statement gives; the JSON is passed on to cdx as it came. */
export interface Poll extends Trace {
  readonly snapshot: string;
  /** The source's time: everything that committed before it is here, unless a rest was left. */
  readonly completeThrough: string;
  /** Another one may be that of another server. */
  readonly life: string;
  /** When the oldest of them was written, in milliseconds before now. */
  readonly lagMs: number;
  /** Something happened that no delta tells, such as TRUNCATE: every tenant is to be taken anew. */
  readonly truncated: boolean;
  /** How many changed rows; above $4 they are left out. */
  readonly volume: number;
  /** One JSON array per aggregate table, by its name. */
  readonly [json: `totals_${string}` | `rows_${string}` | `gone_${string}`]: string | null;
  readonly audit: string | null;
}

/** From which snapshot on to look, and how far. */
export interface Look {
  readonly since: Snapshot;
  /** From which transaction on the rest is left for the next look. */
  readonly end: string;
}

/** SQL for the earlier snapshot's xmax, for what was running then, and for the first transaction left. */
export interface Bounds {
  readonly xmax: string;
  readonly running: string;
  readonly end: string;
}

const PARAMETERS: Bounds = { xmax: '$1::xid8', running: '$2::xid8[]', end: '$3::xid8' };
/** Written out, for a cursor, which takes no parameters. */
export const boundsOf = ({ since: { xmax, inProgress }, end }: Look): Bounds => ({
  xmax: `'${xmax}'::xid8`,
  running: `'{${inProgress.join(',')}}'::xid8[]`,
  end: `'${end}'::xid8`,
});

const LOADED: Loaded = '$5::text[]';

/**
 * The rows of an outbox between the snapshots. UNION ALL, not OR: each half is one look into the
 * index. The upper bound of the snapshot says nothing new, but the planner then knows that the range is narrow.
 */
function between(outbox: string, columns: string, { xmax, running, end }: Bounds): string {
  return `${outbox} AS MATERIALIZED (
    SELECT ${columns} FROM ${outbox} WHERE txid >= ${xmax} AND txid < ${end} AND txid < pg_snapshot_xmax(pg_current_snapshot())
    UNION ALL
    SELECT ${columns} FROM ${outbox} WHERE txid = ANY (${running}))`;
}

/** The outboxes under their own names, cut down to what lies between the snapshots. */
export function ranges(capture: Capture, bounds: Bounds): string {
  return [
    ...outboxTables(capture).map((outbox) => between(outbox, '*', bounds)),
    between('audit_entries', `txid, ${AUDIT_COLUMNS}`, bounds),
  ].join(',\n  ');
}

/** SQL for which life of which server answers: its start, or its statistics' where it survived a crash of its own. */
export const LIFE = "concat_ws(' ', pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time())";

/** The columns of a trace. */
export const TRACE = `count(*)::integer AS changes, min(txid)::text AS "from", max(txid)::text AS newest,
  bit_xor(hash_record_extended((txid, at, tenant_id), 0))::text AS digest`;

/** What every outbox has, in the columns that all of them share. */
export const everyChange = (capture: Capture): string =>
  [...outboxTables(capture), 'audit_entries']
    .map((outbox) => `SELECT tenant_id, at, txid FROM ${outbox}`)
    .join(' UNION ALL ');

const json = (query: string): string => `(SELECT json_agg(found) FROM (${query}) AS found)::text`;

const ifFew = (query: string): string => `CASE WHEN volume.n <= $4::integer THEN ${json(query)} END`;

/** What is taken anew, in the same snapshot. */
interface Anew {
  /** The statement is planned for the tenants that it names. */
  readonly totals?: boolean;
  readonly chunk?: ChunkOf;
}

export function pollStatement(capture: Capture, { totals = false, chunk }: Anew = {}): string {
  const { rows } = capture;
  const keys = rows.flatMap(countKeys);
  const volume = `SELECT coalesce(sum(n), 0)::integer AS n FROM (${[...keys, 'SELECT 1 FROM audit_entries'].join(' UNION ALL ')}) AS volumes (n)`;
  const found = [
    ...targetsOf(capture).map(
      (target) => `${json(collapse(target, totals ? LOADED : undefined))} AS "totals_${target.table}"`,
    ),
    ...rows.flatMap((source) => [
      `${ifFew(changedRows(source))} AS "rows_${source.target}"`,
      `${ifFew(goneKeys(source))} AS "gone_${source.target}"`,
    ]),
    `${ifFew(`SELECT ${AUDIT_COLUMNS} FROM audit_entries`)} AS audit`,
    ...(chunk === undefined ? [] : ['chunk.rows', 'chunk.count', 'chunk.last']),
  ];
  return `WITH ${ranges(capture, PARAMETERS)},
  seen AS (SELECT ${TRACE}, min(at) AS oldest, coalesce(bool_or(tenant_id = '${EVERY_TENANT}'), false) AS truncated
             FROM (${everyChange(capture)}) AS every),
  volume AS (${volume})
SELECT pg_current_snapshot()::text AS snapshot, statement_timestamp()::text AS "completeThrough",
  seen.changes, seen."from", seen.newest, seen.digest, ${LIFE} AS life, seen.truncated, volume.n AS volume,
  greatest(0, coalesce(extract(epoch FROM clock_timestamp() - seen.oldest) * 1000, 0))::integer AS "lagMs",
  ${found.join(',\n  ')}
FROM seen, volume${chunk === undefined ? '' : `, (${rowsInOrder(chunk)}) AS chunk`}`;
}
