/** What befalls the queue, and what the queue does: nothing of it may be seen in cdx. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { readPasswords } from '@metatron/platform/database/passwords';
import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openQueueStore } from '@metatron/platform/queue';
import { embeddedDatabase } from '@metatron/prisma/provision';

import { sources } from '../../statements.ts';
import { awhile, type Fault } from '../fault.ts';
import type { World } from '../world.ts';

const TIMES = 10;

async function deliverDrains(world: World, times: number): Promise<void> {
  const { port } = world.cdx.login;
  const store = openQueueStore({
    redisUrl: world.redisUrl,
    address: { host: '127.0.0.1', port, database: embeddedDatabase('cdx'), ca: undefined, verify: false },
    password: readPasswords(readEnvironment({ DATA_DIR: world.dataDirectory })).queue,
    log: createLog('silent'),
  });
  const queue = store.openQueue('sync');
  queue.on('error', () => undefined);
  try {
    await queue.waitUntilReady();
    for (const source of sources)
      for (let time = 0; time < times; time += 1)
        await queue.add('drain', { source }, { jobId: randomUUID(), removeOnComplete: true });
  } finally {
    await queue.close();
    await store.close();
  }
}

export const queue: readonly Fault[] = [
  { name: 'a job is delivered ten times', befall: (world) => deliverDrains(world, TIMES) },
  { name: 'Redis is emptied', befall: (world) => world.flushRedis() },
  {
    name: 'Redis is killed',
    befall: async (world, random) => {
      await world.killRedis();
      await sleep(awhile(random));
      await world.restartRedis();
    },
  },
  {
    // Whoever has no queue drains of its own accord: both do, all that there is.
    name: 'both workers drain while there is no queue',
    slow: true,
    befall: async (world, random) => {
      await world.killRedis();
      await sleep(random.between(5_000, 7_000));
      await world.restartRedis();
    },
  },
];
