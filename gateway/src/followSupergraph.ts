/** The supergraph's file while the gateway runs: what is put in its place is used from then on, if it can be. */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '@metatron/platform/log';

import { buildAccessTable } from './accessTable.ts';
import type { Metrics } from './metrics.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import { readSupergraph } from './supergraph.ts';

/** Looks, and does not wait for the file system's word, which does not come from every kind of volume. */
const LOOK_MS = 1_000;

export interface FollowOptions {
  readonly file: string;
  /** What is in use. */
  readonly sdl: string;
  readonly pipeline: Pick<Pipeline, 'replace'>;
  readonly metrics: Pick<Metrics, 'supergraphs'>;
  readonly log: Logger;
}

async function use({ file, pipeline, metrics, log }: FollowOptions): Promise<void> {
  try {
    const { sdl, owners } = readSupergraph(file);
    const planned = await pipeline.replace({
      supergraphSdl: sdl,
      buildTable: (schema) => buildAccessTable(schema, owners),
    });
    metrics.supergraphs.inc({ outcome: 'used' });
    log.info({ planned }, 'another supergraph is in use');
  } catch (error) {
    metrics.supergraphs.inc({ outcome: 'refused' });
    log.error({ reason: (error as Error).message }, 'another supergraph is refused, the one before stays');
  }
}

const writtenAt = async (file: string): Promise<number> => (await stat(file).catch(() => ({ mtimeMs: 0 }))).mtimeMs;

async function follow(options: FollowOptions, leaving: AbortSignal): Promise<void> {
  const { file } = options;
  let seenAt: number | undefined;
  let seen = options.sdl;
  while (!leaving.aborted) {
    const at = await writtenAt(file);
    const text = at === seenAt ? seen : await readFile(file, 'utf8').catch(() => '');
    seenAt = at;
    if (text !== seen) await use(options);
    seen = text;
    await sleep(LOOK_MS, undefined, { signal: leaving, ref: false }).catch(() => undefined);
  }
}

/** @returns what ends it. */
export function followSupergraph(options: FollowOptions): () => void {
  const leaving = new AbortController();
  void follow(options, leaving.signal);
  return () => {
    leaving.abort();
  };
}
