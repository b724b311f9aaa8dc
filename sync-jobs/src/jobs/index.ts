import type { Job } from '../defineJob.ts';
import { eventJob } from '../events/eventJob.ts';
import { handlers } from '../events/index.ts';

import { deliver } from './deliver.ts';
import { drain } from './drain.ts';
import { purge } from './purge.ts';
import { queueDue } from './queueDue.ts';

/** Every job there is: what is not in this list is not run. */
export const jobs: readonly Job[] = [drain, purge, queueDue, deliver(handlers), ...handlers.map(eventJob)];
