/** A relay of its own process, until cdx has all that the source holds now. */
import { readFileSync } from 'node:fs';

import { embeddedDatabase } from '@metatron/prisma/provision';

import { startProcess } from '../processes.ts';

import type { Feed } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';
import { until } from './until.ts';

/** As the README has it for workers apart: V8 else lets garbage pile up by the machine's memory, 24 GB here. */
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=16'];

const peakMemoryMb = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

/** cdx says that it has all that was committed before now, by the source's clock. */
export async function caughtUp(platform: SyncPlatform, { domain }: Feed): Promise<void> {
  const source = platform.sql(embeddedDatabase(domain));
  const { rows } = await source.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  const cdx = platform.sql(embeddedDatabase('cdx'));
  const query = 'SELECT FROM sync_checkpoints WHERE source = $1 AND complete_through > $2::timestamptz';
  await until(async () => (await cdx.query(query, [domain, rows[0]?.at])).rowCount === 1);
}

/** Milliseconds from the relay's first step, its connections and its checkpoint included, and the memory it took. */
export async function drainOurs(platform: SyncPlatform, feed: Feed) {
  const relay = await startProcess(new URL('relayProcess.ts', import.meta.url), {
    parameters: [platform.dataDirectory, feed.domain],
    flags: HEAP,
  });
  const startMemoryMb = peakMemoryMb(relay.pid);
  const begun = performance.now();
  relay.send('go');
  await caughtUp(platform, feed);
  const ms = performance.now() - begun;
  const memory = peakMemoryMb(relay.pid);
  await relay.stop();
  return { ms, startMemoryMb, peakMemoryMb: memory };
}
