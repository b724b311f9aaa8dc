/** Tells cdx what runs: the gateway itself, and how it finds its subgraphs. */
import type { Logger } from '@metatron/platform/log';
import { release } from '@metatron/platform/release';
import { v7 as uuidv7 } from 'uuid';

import { askReadiness } from './readiness.ts';
import { askAsPlatform, type SubgraphLink } from './subgraphSource.ts';

/** How often. */
const EVERY_MS = 15_000;

const REPORT = 'mutation Report($services: [ServiceReportInput!]!) { serviceReport(services: $services) }';

export interface ReportOptions {
  readonly url: string;
  readonly links: ReadonlyMap<string, SubgraphLink>;
  readonly log: Logger;
}

async function report({ url, links }: ReportOptions): Promise<void> {
  const cdx = links.get('cdx');
  if (cdx === undefined) return;
  const { ready, parts } = await askReadiness(links, []);
  const states = Object.entries(parts).map(([name, state]) => ({
    name,
    kind: 'SUBGRAPH',
    status: state === 'ok' ? 'UP' : 'DOWN',
    address: links.get(name)?.address ?? null,
    release: links.get(name)?.address == null ? release : null,
  }));
  const gateway = { name: 'gateway', kind: 'GATEWAY', status: ready ? 'UP' : 'DEGRADED', address: url, release };
  await askAsPlatform(cdx, uuidv7(), REPORT, { services: [gateway, ...states] });
}

/** Reports now and from time to time. @returns what ends it. */
export function startReports(options: ReportOptions): () => void {
  const attempt = (): void => {
    report(options).catch((error: unknown) => {
      options.log.debug({ reason: (error as Error).message }, 'cdx cannot be told what runs');
    });
  };
  attempt();
  const timer = setInterval(attempt, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
