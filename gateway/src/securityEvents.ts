/** What the gateway refuses, told to cdx as the platform itself. */
import type { DenialCount } from '@metatron/platform/incidents/denials';
import { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Logger } from '@metatron/platform/log';
import { v7 as uuidv7 } from 'uuid';

import { askAsPlatform, type SubgraphLink } from './subgraphSource.ts';

const REPORT = 'mutation Report($incidents: [SecurityIncidentInput!]!) { securityEventsReport(incidents: $incidents) }';

const asInput = ({ severity, details, ...same }: DenialCount): object => ({
  ...same,
  ...details,
  severity: severity.toUpperCase(),
});

async function tell(cdx: SubgraphLink, incidents: readonly DenialCount[]): Promise<void> {
  const { data } = await askAsPlatform(cdx, uuidv7(), REPORT, { incidents: incidents.map(asInput) });
  if (data?.['securityEventsReport'] !== true) throw new Error('not taken');
}

export const openSecurityEvents = (cdx: SubgraphLink, log: Logger): SecurityEvents =>
  new SecurityEvents({ place: 'gateway', tell: (incidents) => tell(cdx, incidents), log });
