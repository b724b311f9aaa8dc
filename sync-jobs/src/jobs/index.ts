import { events as declared } from '@metatron/prisma/events';

import { retryLetter } from '../deadLetters/retryLetter.ts';
import type { Job } from '../defineJob.ts';
import { deliverEvent } from '../events/deliverEvent.ts';
import { eventJob } from '../events/eventJob.ts';
import { handlers } from '../events/index.ts';
import type { Routes } from '../events/route.ts';

import { auditCheckpoint } from './auditCheckpoint.ts';
import { billingPeriods } from './billingPeriods.ts';
import { deliver } from './deliver.ts';
import { drain } from './drain.ts';
import { queueDue } from './queueDue.ts';
import { reconcile } from './reconcile.ts';
import { rollup } from './rollup.ts';
import { tellAnalytics } from './tellAnalytics.ts';
import { upkeep } from './upkeep.ts';

const routes: Routes = { declared, handlers };

const work: readonly Job[] = [
  drain,
  upkeep,
  reconcile,
  rollup,
  queueDue,
  billingPeriods,
  auditCheckpoint,
  deliver(routes),
  deliverEvent(routes),
  tellAnalytics,
  ...handlers.map(eventJob),
];

/** Every job there is: what is not in this list is not run. */
export const jobs: readonly Job[] = [...work, retryLetter(work)];
