import type { ResilienceSettings } from './settings.ts';

/** How long what is known of a subgraph's lateness counts. */
const MEMORY_MS = 3_000;

export type FetchKind = 'query' | 'mutation' | 'own';

/**
 * How long a fetch may take. Who was late a moment ago gets less time, so that a request that asks a slow subgraph
 * twice, one time after the other, does not wait twice as long.
 */
export class Patience {
  private readonly settings: ResilienceSettings['patience'];
  private lateAt = -Infinity;

  constructor(settings: ResilienceSettings['patience']) {
    this.settings = settings;
  }

  for(kind: FetchKind, now: number): number {
    const { afterLate, ...usual } = this.settings;
    const isLate = kind !== 'mutation' && now - this.lateAt < MEMORY_MS;
    return isLate ? Math.min(afterLate, usual[kind]) : usual[kind];
  }

  noteLate(now: number): void {
    this.lateAt = now;
  }

  noteAnswer(): void {
    this.lateAt = -Infinity;
  }
}
