/** Jobs that nothing can be done with: a name that is none, a payload that does not fit. */
import { createHash } from 'node:crypto';

import { PLATFORM_TENANT } from '@metatron/platform/identity';

import type { Letter } from './setAside.ts';

const MAX_NAME = 100;
const MAX_VALUES = 50;
/** What ids, slugs and names look like: neither an address nor a sentence. */
const PLAIN = /^[\w.-]{1,100}$/;

/** A name of which nothing is known, as far as it may be shown. */
export const plainName = (name: string): string => name.replaceAll(/[^\w.-]/g, '?').slice(0, MAX_NAME);

function plainValue(value: unknown): unknown {
  const isPlain = value === null || ['number', 'boolean'].includes(typeof value);
  return isPlain || (typeof value === 'string' && PLAIN.test(value)) ? value : '[withheld]';
}

/** What of a stranger's payload may be kept: what looks like ids. */
function plainPayload(data: unknown): object {
  if (typeof data !== 'object' || data === null) return {};
  const values = Object.entries(data).filter(([key]) => PLAIN.test(key));
  return Object.fromEntries(values.slice(0, MAX_VALUES).map(([key, value]) => [key, plainValue(value)]));
}

/** The letter of a job that nothing can be done with; the same poison again is the same letter. */
export function poisonLetter(name: string, data: unknown): Letter {
  const job = plainName(name);
  const content = createHash('sha256')
    .update(JSON.stringify([name, data]))
    .digest('hex');
  return { tenantId: PLATFORM_TENANT, source: 'queue', ref: `${job}:${content}`, job, payload: plainPayload(data) };
}
