/** `npm run resync -- <service> [tenant]`: asks the workers to take it anew from the source, and shows how far they are. */
import { setTimeout as sleep } from 'node:timers/promises';

import { domains, isDomain, type Domain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { createLog } from '@metatron/platform/log';
import { runProgram } from '@metatron/platform/program';
import { findStorage } from '@metatron/prisma/storage';

import { everyTenant, readProgress, requestLoads, type Progress } from '../relay/loads.ts';
import { openSource, type Source } from '../relay/source.ts';

const USAGE = 'Usage: npm run resync -- <service> [tenant]';
const POLL_MS = 250;
/** Longer than any worker takes to notice. */
const PATIENCE_MS = 30_000;
const WIDTH = 30;

function bar({ tenants, done, rows, drift }: Progress): string {
  const share = tenants === 0 ? 1 : done / tenants;
  const filled = Math.round(share * WIDTH);
  const figures = `${String(done)} of ${String(tenants)} tenants, ${String(rows)} rows, ${String(drift)} put right`;
  return `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${(share * 100).toFixed(0).padStart(3)} %  ${figures}`;
}

/** On a terminal in place, elsewhere a line where it has changed. */
function showing(): (progress: Progress) => void {
  let last = '';
  return (progress) => {
    const line = bar(progress);
    if (line !== last) process.stdout.write(process.stdout.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
    last = line;
  };
}

async function watch(source: Source, run: string): Promise<Progress> {
  const show = showing();
  let [seen, since] = [-1, Date.now()];
  for (;;) {
    const progress = await readProgress(source.cdx, run);
    show(progress);
    if (progress.status !== 'running') return progress;
    if (progress.done + progress.rows !== seen) [seen, since] = [progress.done + progress.rows, Date.now()];
    if (Date.now() - since > PATIENCE_MS)
      throw new StartupError(
        '\nNothing moves: no worker drains this source.',
        'It goes on when one does; start `npm run start:service -- sync-jobs`.',
      );
    await sleep(POLL_MS);
  }
}

async function resync(source: Source, tenant: string | undefined): Promise<void> {
  const { name, capture, origin, cdx } = source;
  const tenants = tenant === undefined ? await everyTenant(capture, origin, cdx) : [tenant];
  const run = await requestLoads(cdx, name, { kind: 'rebuild', tenants, isBehind: false });
  const { status, error } = await watch(source, run);
  process.stdout.write('\n');
  if (status !== 'succeeded') throw new StartupError(`Not all of it: ${error ?? 'it was given up'}.`);
}

function readArguments(): { readonly domain: Domain; readonly tenant: string | undefined } {
  const [name = '', tenant, ...more] = process.argv.slice(2);
  if (!isDomain(name) || more.length > 0) throw new StartupError(`Choose one of ${domains.join(', ')}.`, USAGE);
  return { domain: name, tenant };
}

await runProgram(async () => {
  const { domain, tenant } = readArguments();
  const environment = readEnvironment();
  const { addresses, passwords } = await findStorage(environment);
  const source = openSource(domain, { addresses, passwords, log: createLog(environment.logLevel) });
  try {
    await resync(source, tenant);
  } finally {
    await source.close();
  }
});
