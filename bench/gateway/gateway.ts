/** What a request costs in ours and in others, on the well-known benchmark and on our own supergraph. */
import type { Measured } from '../run.ts';

import { measureContest } from './measureContest.ts';
import { measureInProcess } from './measureInProcess.ts';
import { measureOurs } from './measureOurs.ts';
import { measureTenantQuery } from './measureTenantQuery.ts';

export async function measureGateway(): Promise<Measured> {
  const contest = await measureContest();
  const inProcess = await measureInProcess();
  const tenantQuery = await measureTenantQuery();
  const ours = await measureOurs();
  return {
    ratios: { ...contest.ratios, inProcessVsVanilla: inProcess.ratio, tenantQueryTimesSql: tenantQuery.ratio },
    detail: { contest: contest.detail, inProcess: inProcess.detail, tenantQuery: tenantQuery.detail, ...ours },
  };
}
