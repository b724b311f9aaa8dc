/** What a request costs in ours and in others, on the well-known benchmark and on our own supergraph. */
import type { Measured } from '../run.ts';

import { measureContest } from './measureContest.ts';

export async function measureGateway(): Promise<Measured> {
  const contest = await measureContest();
  return { ratios: contest.ratios, detail: { contest: contest.detail } };
}
