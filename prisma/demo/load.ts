/** Makes up one tenant after the other and writes it to every domain; imported only when one is missing. */
import type { Domain } from '@metatron/platform/domains';
import type { Pool, PoolClient } from 'pg';

import { runStep } from './insert.ts';
import { markOf } from './marks.ts';
import { fakerOf } from './random.ts';
import type { DomainSeed, Scene, Seed } from './scene.ts';
import type { Story } from './story.ts';

export interface LoadTarget {
  readonly open: (domain: Domain) => Pool;
  readonly passwordHash: string;
  readonly platform: Story;
}

/** By the domain's name: each has a `seed.ts`. */
async function seedOf(
  domain: Domain,
  { story, platform }: Pick<Scene, 'story' | 'platform'>,
): Promise<Seed | undefined> {
  const { seed } = (await import(`../${domain}/seed.ts`)) as { readonly seed: DomainSeed };
  return story === platform ? seed.platform : seed.tenant;
}

/** Two programs may load at once; the second waits, and then finds the mark. */
async function loadOnce(client: PoolClient, seed: Seed, scene: Scene): Promise<number> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`demo ${scene.story.plan.id}`]);
  if ((await markOf(client, scene.story.plan.id)) !== undefined) return 0;
  let rows = 0;
  for (const step of seed(scene)) rows += await runStep(client, step);
  return rows;
}

/**
 * Loads one tenant into one domain, in a transaction of its own: all of it or nothing.
 * @returns the rows written; 0 when they were there already.
 */
export async function loadDomain(
  { open, passwordHash, platform }: LoadTarget,
  domain: Domain,
  story: Story,
): Promise<number> {
  const seed = await seedOf(domain, { story, platform });
  if (seed === undefined) return 0;
  const scene: Scene = { story, platform, passwordHash, faker: fakerOf(domain, story.plan.id) };
  const client = await open(domain).connect();
  let whole = false;
  try {
    await client.query('BEGIN');
    const rows = await loadOnce(client, seed, scene);
    await client.query('COMMIT');
    whole = true;
    return rows;
  } finally {
    // A connection that failed is closed, and what it had written is gone with it.
    client.release(!whole);
  }
}
