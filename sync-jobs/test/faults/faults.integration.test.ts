import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { findRed } from './findRed.ts';
import { faults } from './kinds/index.ts';
import { mutations } from './mutations.ts';
import { runSchedule } from './schedule.ts';
import { World } from './world.ts';

const short = faults.filter(({ slow }) => slow !== true);
/** The last one is another each time; the title of its test says which. */
const seeds = [1, 2, randomInt(1_000_000)] as const;

let world: World;

beforeAll(async () => {
  world = await World.open();
}, 90_000);

afterAll(() => world.close(), 60_000);

describe.each([
  ['PostgreSQL', 'postgres', seeds.slice(0, 2)],
  ['Redis', 'redis', seeds.slice(2)],
] as const)('with the queue on %s', (_name, queue, ownSeeds) => {
  beforeAll(() => world.useQueue(queue), 60_000);

  test.each([...ownSeeds])(
    'cdx is exact after each of three faults, drawn from the seed %i',
    async (seed) => {
      for await (const { step, fault, violation } of runSchedule(world, { seed, count: 3, faults: short })) {
        expect({ step, fault, violation }).toEqual({ step, fault, violation: undefined });
      }
    },
    90_000,
  );
});

test.each(mutations.filter(({ slow }) => slow !== true))(
  'the faults show a relay $name',
  async (mutation) => {
    expect(await findRed(world, mutation, 1)).toBeGreaterThan(0);
  },
  90_000,
);
