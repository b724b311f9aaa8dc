/** What cdx does not take: it is set aside without stopping the rest, and taken once cdx does. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from '../fault.ts';
import { eventually } from '../../kit.ts';
import type { World } from '../world.ts';

const PATIENCE_MS = 30_000;
const SET_ASIDE = "SELECT FROM sync_loads WHERE kind = 'set_aside'";

/** As `deadLetterRetry` does: now instead of when its time comes. */
const AGAIN = "UPDATE sync_loads SET not_before = now() WHERE kind = 'set_aside'";

/** A table refuses some rows for a while. */
async function refuse({ sql }: World, table: string, rule: string, milliseconds: number): Promise<void> {
  await sql.cdx.query(`ALTER TABLE ${table} ADD CONSTRAINT poison CHECK (${rule}) NOT VALID`);
  await sleep(milliseconds);
  await sql.cdx.query(`ALTER TABLE ${table} DROP CONSTRAINT poison`);
  const isAccepted = async (): Promise<boolean> => {
    await sql.cdx.query(AGAIN);
    return (await sql.cdx.query(SET_ASIDE)).rowCount === 0;
  };
  await eventually(isAccepted, PATIENCE_MS, 'what was set aside is taken');
}

export const refused: readonly Fault[] = [
  {
    name: 'cdx refuses the totals of a tenant for a while',
    befall: (world, random) => refuse(world, 'crm_summary', "tenant_id <> 'acme'", random.between(100, 800)),
  },
  {
    name: 'cdx refuses some rows for a while',
    befall: (world, random) =>
      refuse(world, 'auth_events', "event_type <> 'login' OR hashtext(id::text) % 4 <> 0", random.between(100, 800)),
  },
];
