/**
 * Collects what was denied, one incident for each kind and caller however often, and tells cdx of it
 * about every second. No request waits for this, and no flood makes it grow: neither one caller's
 * nor that of very many.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { PLATFORM_TENANT } from '../identity.ts';
import type { Logger } from '../log.ts';

import { countOf, type Denial, type DenialCount } from './denials.ts';

const EVERY_MS = 1_000;
/** So many incidents within a minute, and so many that wait while cdx is away; what is beyond is one more. */
const MAX_INCIDENTS = 500;
const WINDOW_MS = 60_000;
const MAX_COORDINATES = 10;
/** How long a stop waits for cdx. */
const PATIENCE_MS = 5_000;

function combine(one: DenialCount, other: DenialCount): DenialCount {
  const [earlier, later] = one.lastAt > other.lastAt ? [other, one] : [one, other];
  const all = new Set([...one.details.coordinates, ...other.details.coordinates]);
  const details = { ...later.details, coordinates: [...all].slice(0, MAX_COORDINATES) };
  return { ...later, details, firstAt: earlier.firstAt, count: one.count + other.count };
}

const keyOf = ({ tenantId, kind, caller }: DenialCount): string => `${tenantId} ${kind} ${caller}`;

/** What is left of an incident that is not kept apart: how often, and when. */
const overflowOf = (denied: DenialCount, place: string): DenialCount => ({
  ...denied,
  tenantId: PLATFORM_TENANT,
  kind: 'denials_overflow',
  severity: 'high',
  caller: place,
  actorId: null,
  ipAddress: null,
  details: { ...denied.details, coordinates: [] },
});

export interface SecurityEventsOptions {
  /** The process that refuses: `gateway`, or a service's name. */
  readonly place: string;
  /** @throws when cdx has not taken them. */
  readonly tell: (incidents: readonly DenialCount[]) => Promise<void>;
  readonly log: Logger;
}

export class SecurityEvents {
  private pending = new Map<string, DenialCount>();
  /** The incidents of this minute, told or not. */
  private readonly recent = new Set<string>();
  private windowBegan = performance.now();
  private flushing: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly options: SecurityEventsOptions;

  constructor(options: SecurityEventsOptions) {
    this.options = options;
    this.timer = setInterval(() => void this.flush(), EVERY_MS).unref();
  }

  note(denial: Denial): void {
    this.add(countOf({ ...denial, coordinates: denial.coordinates.slice(0, MAX_COORDINATES) }));
  }

  /** Tells cdx what there is; what it does not take stays for the next time. */
  flush(): Promise<void> {
    this.flushing ??= this.send().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** To be called once no request comes any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    const told = (this.flushing ?? Promise.resolve()).then(() => this.flush());
    await Promise.race([told, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (this.pending.size > 0)
      this.options.log.error({ incidents: this.pending.size }, 'cdx was not told of all denials');
  }

  private async send(): Promise<void> {
    if (this.pending.size === 0) return;
    const taken = [...this.pending.values()];
    this.pending = new Map();
    try {
      await this.options.tell(taken);
    } catch (error) {
      this.options.log.warn({ reason: (error as Error).message }, 'cdx cannot be told of denials');
      for (const denied of taken) this.add(denied);
    }
  }

  private add(denied: DenialCount): void {
    const kept = this.mayKeep(keyOf(denied)) ? denied : overflowOf(denied, this.options.place);
    const key = keyOf(kept);
    const known = this.pending.get(key);
    this.pending.set(key, known === undefined ? kept : combine(known, kept));
  }

  private mayKeep(key: string): boolean {
    if (performance.now() - this.windowBegan > WINDOW_MS) {
      this.recent.clear();
      this.windowBegan = performance.now();
    }
    if (this.pending.has(key)) return true;
    if (this.pending.size >= MAX_INCIDENTS || (!this.recent.has(key) && this.recent.size >= MAX_INCIDENTS))
      return false;
    this.recent.add(key);
    return true;
  }
}
