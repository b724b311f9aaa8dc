/**
 * A batch that cdx refuses for what is in it: the tenants and rows that it refuses are found by halving
 * and set aside, all others are applied, and the checkpoint moves with them.
 */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import {
  applyParameters,
  applyStatement,
  applyTotalsStatement,
  applyValues,
  turnStatement,
  type Batch,
} from './applyStatement.ts';
import type { Followed } from './checkpoint.ts';
import { HOLD } from './present.ts';
import { reasonOf } from './reason.ts';
import { putStatement, takeStatement } from './rowStatements.ts';
import { orElse } from './savepoint.ts';
import { setAside } from './setAside.ts';
import type { Source } from './source.ts';
import { targetsOf } from './targets.ts';

interface Refused<Item> {
  readonly item: Item;
  readonly reason: string;
}

/** Applies items together, and where that is refused each half by itself. @returns what is refused alone. */
async function halve<Item>(
  cdx: pg.PoolClient,
  items: readonly Item[],
  apply: (some: readonly Item[]) => Promise<unknown>,
): Promise<readonly Refused<Item>[]> {
  const [first] = items;
  if (first === undefined) return [];
  const all = async (): Promise<readonly Refused<Item>[]> => {
    await apply(items);
    return [];
  };
  return orElse(cdx, all, async (refusal) => {
    if (items.length === 1) return [{ item: first, reason: reasonOf(refusal) }];
    const middle = items.length >> 1;
    const left = await halve(cdx, items.slice(0, middle), apply);
    return [...left, ...(await halve(cdx, items.slice(middle), apply))];
  });
}

const TENANTS = `
SELECT coalesce(array_agg(DISTINCT e ->> 'tenant_id'), '{}') AS tenants
  FROM unnest($1::text[]) AS a (list), json_array_elements(a.list::json) AS e`;
const KEYS = `
SELECT e ->> 'id' AS id, coalesce(e ->> 'tenant_id', $2) AS "tenantId" FROM json_array_elements($1::json) AS e`;
/** PostgreSQL picks them out: read here, a number might lose digits. */
const SOME = `
SELECT coalesce(json_agg(e), '[]')::text AS rows FROM json_array_elements($1::json) AS e WHERE e ->> 'id' = ANY ($2)`;

interface Key {
  readonly id: string;
  readonly tenantId: string;
}

/** Puts the rows of a JSON array but for those that cdx refuses, which are set aside. */
export async function putOrSetAside(cdx: pg.PoolClient, source: Source, rows: RowSource, json: string): Promise<void> {
  const { rows: keys } = await cdx.query<Key>(KEYS, [json, rows.onlyTenant ?? 'platform']);
  const refused = await halve(cdx, keys, async (some) => {
    const picked = await cdx.query<{ rows: string }>(SOME, [json, some.map(({ id }) => id)]);
    await cdx.query(putStatement(rows), [picked.rows[0]?.rows]);
  });
  for (const { item, reason } of refused)
    await setAside(cdx, source, {
      tenantId: item.tenantId,
      what: `${rows.target}:${item.id}`,
      reason,
      isBehind: false,
    });
}

/** The loads of the tenants that are accepted go on. */
async function applyTotals(cdx: pg.PoolClient, source: Source, { poll, loaded }: Batch): Promise<void> {
  const { name, capture } = source;
  const arrays = targetsOf(capture).map(({ table }) => poll[`totals_${table}`] ?? null);
  const { rows } = await cdx.query<{ tenants: readonly string[] }>(TENANTS, [arrays.filter((json) => json !== null)]);
  const tenants = [...new Set([...(rows[0]?.tenants ?? []), ...loaded])];
  const refused = await halve(cdx, tenants, (some) => {
    const values = [name, some, poll.completeThrough, loaded, ...arrays];
    return cdx.query(applyTotalsStatement(capture), values);
  });
  const isAccepted = (tenantId: string): boolean => !refused.some(({ item }) => item === tenantId);
  await cdx.query(turnStatement(capture), [name, loaded.filter(isAccepted)]);
  for (const { item: tenantId, reason } of refused)
    await setAside(cdx, source, { tenantId, what: 'totals', reason, isBehind: true });
}

/** The checkpoint and the audit entries alone. */
async function move(cdx: pg.PoolClient, source: Source, checkpoint: Followed, batch: Batch): Promise<boolean> {
  const withoutArrays = Object.fromEntries(applyParameters(source.capture).map((name) => [name, null]));
  const values = applyValues(source, checkpoint, { ...batch, poll: { ...batch.poll, ...withoutArrays } });
  const { rowCount } = await cdx.query(applyStatement(source.capture, { loads: false }), values);
  return rowCount === 1;
}

/**
 * Applies a batch in a transaction of its own kind, one tenant or row by itself where need be.
 * @returns false when the checkpoint was no longer where it had been read.
 */
export async function applyApart(
  cdx: pg.PoolClient,
  source: Source,
  checkpoint: Followed,
  batch: Batch,
): Promise<boolean> {
  if (!(await move(cdx, source, checkpoint, batch))) return false;
  await applyTotals(cdx, source, batch);
  for (const rows of source.capture.rows) {
    await cdx.query(takeStatement(rows), [batch.poll[`gone_${rows.target}`] ?? '[]']);
    await putOrSetAside(cdx, source, rows, batch.poll[`rows_${rows.target}`] ?? '[]');
  }
  return true;
}

/** The same in a transaction of its own. */
export const isolate = (source: Source, checkpoint: Followed, batch: Batch): Promise<boolean> =>
  inTransaction(source.cdx, (cdx) => applyApart(cdx, source, checkpoint, batch), HOLD);
