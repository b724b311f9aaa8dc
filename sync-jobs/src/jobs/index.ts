import type { Job } from '../defineJob.ts';

import { drain } from './drain.ts';
import { purge } from './purge.ts';

/** Every job there is: what is not in this list is not run. */
export const jobs: readonly Job[] = [drain, purge];
