import type { Fault } from '../fault.ts';

import { clocks } from './clocks.ts';
import { databases } from './databases.ts';
import { killed } from './killed.ts';
import { network } from './network.ts';
import { queue } from './queue.ts';
import { restored } from './restored.ts';
import { writes } from './writes.ts';

export const faults: readonly Fault[] = [
  ...killed,
  ...network,
  ...databases,
  ...queue,
  ...writes,
  ...restored,
  ...clocks,
];
