import { isIPv6 } from 'node:net';

import { PLATFORM_TENANT, type Caller } from '@metatron/platform/identity';

import type { RateKind } from './settings.ts';

/** Half of an address of version 6 is one customer's to choose from. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [head, tail].map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - (first?.length ?? 0) - (last?.length ?? 0);
  return [...(first ?? []), ...Array.from({ length: missing }, () => '0'), ...(last ?? [])].slice(0, 4).join(':');
}

/** Under which names a caller's requests are counted, besides the address. */
export function keysOf({ identity, address }: Pick<Caller, 'identity' | 'address'>): Partial<Record<RateKind, string>> {
  switch (identity.kind) {
    case 'user': {
      const { userId, tenantId } = identity;
      // The platform's staff are no tenant that could crowd out its own people.
      return { principal: `user:${userId}`, ...(tenantId === PLATFORM_TENANT ? {} : { tenant: tenantId }) };
    }
    case 'key':
      return { principal: `key:${identity.tenantId}:${addressKey(address)}`, tenant: identity.tenantId };
    case 'anonymous':
      return { anonymous: addressKey(address) };
    case 'platform':
      return {};
  }
}
