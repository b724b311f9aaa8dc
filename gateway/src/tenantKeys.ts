/** Which tenant a publishable key stands for: AUTH's word, kept for three seconds. */
import { PublicError } from '@metatron/platform/errors';
import { LRUCache } from 'lru-cache';

import { STATE_TTL_MS } from './identify.ts';
import { askAsPlatform, type SubgraphLink } from './subgraphSource.ts';

const MAX_KEYS = 10_000;
const PUBLISHABLE = /^pk_[\w-]{8,97}$/;

const TENANT_QUERY = 'query TenantOfKey($key: String!) { tenantOfKey(key: $key) { tenantId } }';

interface Known {
  readonly tenantId: string | undefined;
  readonly at: number;
}

export class TenantKeys {
  private readonly known = new LRUCache<string, Known>({ max: MAX_KEYS });
  private readonly auth: SubgraphLink;

  constructor(auth: SubgraphLink) {
    this.auth = auth;
  }

  /**
   * The active tenant of a key.
   * @throws PublicError UNAUTHENTICATED for a key that is none, revoked, or of a suspended tenant;
   * SERVICE_UNAVAILABLE when AUTH does not answer and has not lately.
   */
  async tenantOf(key: string, requestId: string): Promise<string> {
    const tenantId = PUBLISHABLE.test(key) ? await this.find(key, requestId) : undefined;
    if (tenantId === undefined) throw new PublicError('UNAUTHENTICATED', 'The publishable key is not valid.');
    return tenantId;
  }

  private async find(key: string, requestId: string): Promise<string | undefined> {
    const known = this.known.get(key);
    if (known !== undefined && performance.now() - known.at < STATE_TTL_MS) return known.tenantId;
    const { data, errors } = await askAsPlatform(this.auth, requestId, TENANT_QUERY, { key });
    if (errors !== undefined) {
      if (known !== undefined) return known.tenantId;
      throw new PublicError('SERVICE_UNAVAILABLE', 'A part of the platform does not answer. Try again.');
    }
    const answer = data?.['tenantOfKey'] as { readonly tenantId: string } | null | undefined;
    this.known.set(key, { tenantId: answer?.tenantId, at: performance.now() });
    return answer?.tenantId;
  }
}
