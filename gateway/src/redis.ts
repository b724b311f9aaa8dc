import { Redis } from 'ioredis';
import type { Logger } from '@metatron/platform/log';

/** How long Redis may be silent: what it is asked here has an answer without it. */
const PATIENCE_MS = 250;

/** A connection for what gateways share; while Redis is away, every command fails at once. */
export function openRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS * 4,
  });
  let isTold = false;
  redis.on('error', (error: Error) => {
    if (!isTold) log.warn({ reason: error.message }, 'Redis does not answer: what gateways share is each one’s own');
    isTold = true;
  });
  redis.on('ready', () => (isTold = false));
  return redis;
}
