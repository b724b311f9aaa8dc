import type { Fault } from '../fault.ts';

import { databases } from './databases.ts';
import { killed } from './killed.ts';
import { network } from './network.ts';
import { queue } from './queue.ts';

export const faults: readonly Fault[] = [...killed, ...network, ...databases, ...queue];
