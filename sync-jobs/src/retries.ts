import type { JobsOptions } from 'bullmq';

const FIRST_DELAY_MS = 1_000;

/** About four minutes in all; jitter keeps those that failed together from coming back together. */
export const RETRIES: JobsOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: FIRST_DELAY_MS, jitter: 0.5 },
};

/** How long after a failed attempt the next one begins, at the latest. */
export const retryDelayMs = (attempt: number): number => FIRST_DELAY_MS * 2 ** (attempt - 1);
