/** Who asks too often is refused before their text is looked at; gateways with a Redis count together. */
import type { Caller } from '@metatron/platform/identity';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { Metrics } from '../metrics.ts';

import { addressKey, keysOf } from './keys.ts';
import { ratesOf, type RateKind, type RateSettings } from './settings.ts';
import { Throttled } from './throttled.ts';

export interface RatesOptions {
  readonly settings: RateSettings;
  /** Without one, each gateway counts for itself. */
  readonly redis: Redis | undefined;
  readonly metrics: Metrics;
  readonly events: Pick<SecurityEvents, 'note'>;
}

type Limiters = Readonly<Record<RateKind, RateLimiterMemory | RateLimiterRedis>>;
type Asker = Pick<Caller, 'identity' | 'address' | 'requestId'>;

function openLimiter(kind: RateKind, { settings, redis }: RatesOptions): RateLimiterMemory | RateLimiterRedis {
  const points = settings[kind];
  const options = { points, duration: settings.seconds, keyPrefix: `metatron:rate:${kind}` };
  const own = new RateLimiterMemory(options);
  if (redis === undefined) return own;
  // A flood is not told to Redis request by request, and when Redis is away this process counts alone.
  const shared = { inMemoryBlockOnConsumed: points + 1, insuranceLimiter: own, rejectIfRedisNotReady: true };
  return new RateLimiterRedis({ ...options, ...shared, storeClient: redis });
}

export class Rates {
  private readonly options: RatesOptions;
  private readonly limiters: Limiters;

  constructor(options: RatesOptions) {
    this.options = options;
    const open = (kind: RateKind) => openLimiter(kind, options);
    const people = { principal: open('principal'), tenant: open('tenant') };
    this.limiters = { address: open('address'), anonymous: open('anonymous'), ...people };
  }

  /** By the address alone, before anything of a request is read. @throws Throttled */
  admitAddress(asker: Asker): Promise<void> {
    return this.count('address', addressKey(asker.address), asker);
  }

  /** By who asks. @throws Throttled */
  async admit(asker: Asker): Promise<void> {
    // One after the other: what is refused to a person is not taken from all of their tenant.
    for (const [kind, key] of Object.entries(keysOf(asker)) as [RateKind, string][]) await this.count(kind, key, asker);
  }

  private async count(kind: RateKind, key: string, asker: Asker): Promise<void> {
    try {
      await this.limiters[kind].consume(key);
    } catch (error) {
      // Who cannot count refuses nobody.
      if (!(error instanceof RateLimiterRes)) return;
      this.options.metrics.throttled.inc({ by: kind });
      this.options.events.note({ kind: 'throttled', caller: asker, coordinates: [kind] });
      throw new Throttled(error.msBeforeNext);
    }
  }
}

/** Undefined where any number of requests is allowed. */
export const openRates = (factor: number, options: Omit<RatesOptions, 'settings'>): Rates | undefined =>
  factor === 0 ? undefined : new Rates({ ...options, settings: ratesOf(factor) });
