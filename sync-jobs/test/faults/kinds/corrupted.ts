/** Cdx holds what no source says, and finds it while there are writers. */
import type { Domain } from '@metatron/platform/domains';
import { captures } from '@metatron/prisma/capture/index';

import { everyTenant, readProgress, requestLoads, type LoadKind } from '../../../src/relay/loads.ts';
import { eventually } from '../../kit.ts';
import type { Fault } from '../fault.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';

const PATIENCE_MS = 30_000;

/** Some rows are other than they should be, some are gone, some too many. */
const corruptions = (random: Random): readonly string[] =>
  random
    .shuffle([
      'UPDATE crm_summary SET total_leads = total_leads + 3, probability_sum = 0',
      "UPDATE crm_summary_money SET pipeline_value = pipeline_value + 1 WHERE currency = 'EUR'",
      "DELETE FROM crm_summary WHERE tenant_id = 'globex'",
      'DELETE FROM auth_events WHERE hashtext(id::text) % 3 = 0',
      "UPDATE auth_events SET event_type = 'other' WHERE hashtext(id::text) % 5 = 0",
      "INSERT INTO auth_events (tenant_id, id, event_type, created_at) VALUES ('acme', gen_random_uuid(), 'never', now())",
      "UPDATE auth_summary SET last_activity = now() + interval '1 day'",
    ])
    .slice(0, 4);

/** @returns once every tenant has been looked at. */
async function load({ sql }: World, source: Domain, kind: LoadKind, only?: string): Promise<void> {
  const tenants = only === undefined ? await everyTenant(captures[source], sql[source], sql.cdx) : [only];
  const run = await requestLoads(sql.cdx, source, { kind, tenants, isBehind: false });
  const isDone = async (): Promise<boolean> => (await readProgress(sql.cdx, run)).status === 'succeeded';
  await eventually(isDone, PATIENCE_MS, `${source} is ${kind === 'reconcile' ? 'reconciled' : 'taken anew'}`);
}

export const corrupted: readonly Fault[] = [
  {
    name: 'cdx is altered by hand, and reconciled while there are writers',
    befall: async (world, random) => {
      for (const corruption of corruptions(random)) await world.sql.cdx.query(corruption);
      await Promise.all([load(world, 'crm', 'reconcile'), load(world, 'auth', 'reconcile')]);
    },
  },
  {
    name: 'one tenant is taken anew while there are writers, and a relay is killed meanwhile',
    befall: async (world, random) => {
      await world.sql.cdx.query(
        "UPDATE crm_summary SET total_leads = 0 WHERE tenant_id = 'acme'; DELETE FROM auth_events WHERE tenant_id = 'acme'",
      );
      const loads = Promise.all([load(world, 'crm', 'rebuild', 'acme'), load(world, 'auth', 'rebuild', 'acme')]);
      await random.pick(world.workers).kill();
      await world.startWorkers();
      await loads;
    },
  },
];
