/** What goes wrong and when, drawn from a seed. */
import { domains, type Domain } from '@metatron/platform/domains';

import { Random } from '../../fuzz/random.ts';

export const FAULTS = [
  ...(['killed', 'reset', 'silent', 'slow', 'late'] as const),
  ...(['html', 'truncated', 'status500', 'status503', 'emptied', 'flood'] as const),
] as const;

export type Fault = (typeof FAULTS)[number];

export interface Episode {
  readonly domain: Domain;
  readonly fault: Fault;
  /** In milliseconds from the beginning. */
  readonly from: number;
  readonly to: number;
}

/** Without faults, so that what one has left behind is not taken for the next one's doing. */
const CALM_MS = 3_500;
const [SHORTEST_MS, LONGEST_MS] = [1_000, 3_500];
/** Every kind of fault comes before one comes again. */
function* shuffled(random: Random): Generator<Fault, never> {
  for (;;) {
    const left: Fault[] = [...FAULTS];
    while (left.length > 0) {
      const [next] = left.splice(random.below(left.length), 1);
      if (next !== undefined) yield next;
    }
  }
}

/** One service at a time. */
export function episodesOf(seed: number, milliseconds: number): readonly Episode[] {
  const random = new Random(seed);
  const faults = shuffled(random);
  const episodes: Episode[] = [];
  for (let from = 1_000; ;) {
    const to = from + SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS);
    if (to + CALM_MS > milliseconds) return episodes;
    episodes.push({ domain: random.pick(domains), fault: faults.next().value, from, to });
    from = to + CALM_MS;
  }
}

/** Until a breaker has tried again, and what was under way has ended. */
const AFTERMATH_MS = 3_000;

/** The services that may have failed a request, by when it was sent and answered. */
export const faultyDuring = (episodes: readonly Episode[], sentAt: number, endedAt: number): readonly Domain[] =>
  episodes.filter(({ from, to }) => from <= endedAt && sentAt <= to + AFTERMATH_MS).map(({ domain }) => domain);
