import type { Fault } from '../fault.ts';

import { clocks } from './clocks.ts';
import { corrupted } from './corrupted.ts';
import { databases } from './databases.ts';
import { killed } from './killed.ts';
import { lost } from './lost.ts';
import { network } from './network.ts';
import { queue } from './queue.ts';
import { refused } from './refused.ts';
import { restored } from './restored.ts';
import { schema } from './schema.ts';
import { writes } from './writes.ts';

export const faults: readonly Fault[] = [
  ...killed,
  ...network,
  ...databases,
  ...lost,
  ...queue,
  ...writes,
  ...restored,
  ...corrupted,
  ...refused,
  ...schema,
  ...clocks,
];
