/** Where persisted queries are kept: in this process, and for all gateways in Redis when there is one. */
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

const MAX_QUERIES = 2_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** In Redis, since it was last sent whole. */
const DAY_SECONDS = 24 * 60 * 60;

/** Texts by their hash. A store that fails has nothing: who asks sends the text again. */
export interface QueryStore {
  get(hash: string): Promise<string | undefined>;
  set(hash: string, text: string): Promise<void>;
}

class MemoryStore implements QueryStore {
  private readonly texts = new LRUCache<string, string>({
    max: MAX_QUERIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (text) => text.length,
  });

  get(hash: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(hash));
  }

  set(hash: string, text: string): Promise<void> {
    this.texts.set(hash, text);
    return Promise.resolve();
  }
}

/** Asks Redis for what this process does not know. */
class SharedStore implements QueryStore {
  private readonly own = new MemoryStore();
  private readonly redis: Redis;

  constructor(redis: Redis) {
    this.redis = redis;
  }

  async get(hash: string): Promise<string | undefined> {
    const known = await this.own.get(hash);
    if (known !== undefined) return known;
    const shared = await this.redis.get(keyOf(hash)).catch(() => null);
    if (shared === null) return undefined;
    await this.own.set(hash, shared);
    return shared;
  }

  async set(hash: string, text: string): Promise<void> {
    await this.own.set(hash, text);
    await this.redis.set(keyOf(hash), text, 'EX', DAY_SECONDS).catch(() => undefined);
  }
}

const keyOf = (hash: string): string => `metatron:query:${hash}`;

export const openQueryStore = (redis: Redis | undefined): QueryStore =>
  redis === undefined ? new MemoryStore() : new SharedStore(redis);
