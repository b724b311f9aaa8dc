/** Migrations while there are writers and workers: a captured column goes by another name, others come and go. */
import { setTimeout as sleep } from 'node:timers/promises';

import { applyGrants } from '@metatron/prisma/access';
import type { AggregateSource, Capture, Measure } from '@metatron/prisma/capture/declare';
import { captures } from '@metatron/prisma/capture/index';
import { captureScript } from '@metatron/prisma/capture/migration';
import pg from 'pg';

import { awhile, type Fault } from '../fault.ts';
import type { World } from '../world.ts';

const TRIES = 20;
const DEADLOCK = '40P01';

const renamed = (measure: Measure): Measure => {
  const value = measure.value.replaceAll('probability', 'chance');
  if (measure.kind === 'max' || measure.where === undefined) return { ...measure, value };
  return { ...measure, value, where: measure.where.replaceAll('probability', 'chance') };
};

const renamedIn = (source: AggregateSource): AggregateSource => ({
  ...source,
  measures: Object.fromEntries(Object.entries(source.measures).map(([name, measure]) => [name, renamed(measure)])),
});

/** As the declaration would say it after the migration. */
const afterwards: Capture = { ...captures.crm, aggregates: captures.crm.aggregates.map(renamedIn) };

/** Again when it was the victim of a deadlock with a writer, as whoever deploys would do. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== DEADLOCK || tries === TRIES) throw error;
    }
}

/** In one transaction, as `npm run migrate` does. */
const migrate = ({ sql }: World, script: string): Promise<void> =>
  untilDone(() => sql.crm.query(`BEGIN; SET LOCAL ROLE metatron_owner; ${script}; COMMIT`));

export const schema: readonly Fault[] = [
  {
    name: 'a captured column is renamed and named back, each time with its triggers',
    befall: async (world, random) => {
      await migrate(world, `ALTER TABLE leads RENAME probability TO chance; ${captureScript(afterwards)}`);
      // The matrix does not know the other name: until the column has its own again the relay may read nothing.
      await sleep(awhile(random));
      await migrate(world, `ALTER TABLE leads RENAME chance TO probability; ${captureScript(captures.crm)}`);
      await untilDone(() => applyGrants('crm', world.sql.crm));
    },
  },
  {
    name: 'a column is added and dropped beside the captured ones',
    befall: async (world, random) => {
      await migrate(world, "ALTER TABLE leads ADD fault_note text NOT NULL DEFAULT 'x'");
      await sleep(awhile(random));
      await migrate(world, 'ALTER TABLE leads DROP fault_note');
    },
  },
];
