/**
 * What the relay does to cdx in one statement: move the checkpoint from the place where it was read, and
 * with it, or not at all, add the deltas, put the changed rows, take the gone ones, chain the audit
 * entries. Whoever finds it at another place changes nothing.
 *
 * $1 source, $2 the place, $3 snapshot, $4 complete through (null: as before), $5 lag in ms, $6 backlog,
 * $7 the audit entries, $8 the tenants whose totals are taken anew, $9 what is new of the witness; from
 * $10 on one JSON array per table, in the order of `applyParameters`.
 */
import type { Capture } from '@metatron/prisma/capture/declare';

import type { Followed } from './checkpoint.ts';
import { PLACE } from './place.ts';
import type { Poll } from './pollStatement.ts';
import { putRows, takeRows } from './rowStatements.ts';
import { advance, parseSnapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import { targetsOf } from './targets.ts';
import { addTotals, countDrift, takeTotals, type References } from './totalStatements.ts';
import { witnessOf } from './witness.ts';

const FIRST_JSON = 10;
const REFERENCES: References = { through: '$4', loaded: '$8::text[]' };

/** Which arrays the statement takes, by their names in a poll. */
export function applyParameters(capture: Capture): (`totals_${string}` | `rows_${string}` | `gone_${string}`)[] {
  return [
    ...targetsOf(capture).map(({ table }) => `totals_${table}` as const),
    ...capture.rows.flatMap(({ target }) => [`rows_${target}` as const, `gone_${target}` as const]),
  ];
}

/** What was polled, up to where. */
export interface Batch {
  readonly poll: Poll;
  /** From which transaction on the rest is left for the next look. */
  readonly end: string;
  /** The tenants whose totals were taken anew. */
  readonly loaded: readonly string[];
}

export function applyValues({ name, capture }: Source, checkpoint: Followed, batch: Batch): unknown[] {
  const { place, snapshot: since } = checkpoint;
  const { poll, end, loaded } = batch;
  const now = parseSnapshot(poll.snapshot);
  const kept = advance(since, now, poll.newest);
  const through = BigInt(now.xmax) <= BigInt(end) ? poll.completeThrough : null;
  const witness = witnessOf(poll, { since, end });
  const arrays = applyParameters(capture).map((parameter) => poll[parameter] ?? null);
  return [name, place, kept.text, through, poll.lagMs, poll.changes, poll.audit, loaded, witness, ...arrays];
}

/** The loads go on with the first table of rows; where there is none they are done. */
function turnLoads({ rows: [first] }: Capture, loaded: string): string {
  const these = `l.source = $1 AND l.tenant_id = ANY (${loaded})`;
  return first === undefined
    ? `turned AS (DELETE FROM sync_loads l USING won WHERE ${these})`
    : `turned AS (UPDATE sync_loads l SET target = '${first.target}', last_id = NULL, begun_at = clock_timestamp() FROM won WHERE ${these})`;
}

/** The same alone: $1 source, $2 the tenants. */
export const turnStatement = (capture: Capture): string =>
  `WITH won AS (SELECT true), ${turnLoads(capture, '$2::text[]')} SELECT`;

const MOVE = `
    UPDATE sync_checkpoints SET generation = generation + 1, snapshot = $3::text, witness = witness || $9::jsonb, lag_ms = $5, backlog = $6,
      complete_through = CASE WHEN EXISTS (
        SELECT FROM sync_loads l WHERE l.source = $1 AND l.is_behind AND l.kind <> 'set_aside')
        THEN complete_through ELSE coalesce($4::timestamptz, complete_through) END,
      position = pg_snapshot_xmin($3::text::pg_snapshot)::text::bigint, drained_at = now(), updated_at = now(), last_error = NULL
    WHERE source = $1 AND ${PLACE} = $2 RETURNING true`;

/**
 * A batch without audit entries waits for no disk: should cdx crash, its checkpoint is gone with its sums,
 * and both are read again. What is signed, audit entries, stays.
 */
const UNHURRIED = `, set_config('synchronous_commit', CASE WHEN $7::jsonb IS NULL THEN 'off' ELSE current_setting('synchronous_commit') END, true)`;

interface Variant {
  /** Tenants are taken anew: what they had goes, and their loads go on. */
  readonly loads: boolean;
}

/** Gives one row with `drift` when it was applied, and none when the checkpoint was at another place. */
export function applyStatement(capture: Capture, { loads }: Variant): string {
  const parameters = applyParameters(capture);
  const numberOf = (name: (typeof parameters)[number]): number => FIRST_JSON + parameters.indexOf(name);
  const targets = targetsOf(capture);
  const steps = [
    ...targets.flatMap((target) => addTotals(target, numberOf(`totals_${target.table}`), REFERENCES)),
    ...capture.rows.flatMap((source) => [
      putRows(source, numberOf(`rows_${source.target}`)),
      takeRows(source, numberOf(`gone_${source.target}`)),
    ]),
    ...(loads
      ? [...targets.map((target) => takeTotals(target, REFERENCES)), turnLoads(capture, REFERENCES.loaded)]
      : []),
  ];
  const drift = loads ? ['0', ...targets.map((target) => `(${countDrift(target, REFERENCES)})`)].join(' + ') : '0';
  return `WITH won AS (${MOVE})${steps.map((step) => `,\n  ${step}`).join('')}
SELECT audit_log_append($1, coalesce($7::jsonb, '[]')), (${drift})::integer AS drift${loads ? '' : UNHURRIED} FROM won
WHERE ${REFERENCES.loaded} IS NOT NULL`;
}

/**
 * The totals of some tenants alone, in a transaction that has moved the checkpoint.
 * $1 source, $2 these tenants, $3 complete through, $4 the tenants whose totals are taken anew, then one
 * JSON array per aggregate table.
 */
export function applyTotalsStatement(capture: Capture): string {
  const references: References = { through: '$3', loaded: '$4::text[]', only: '$2::text[]' };
  const steps = targetsOf(capture).flatMap((target, n) => [
    ...addTotals(target, 5 + n, references),
    takeTotals(target, references),
  ]);
  return `WITH won AS (SELECT true)${steps.map((step) => `,\n  ${step}`).join('')} SELECT $1::text, $3::timestamptz`;
}
