import { Refusal } from '@metatron/platform/errors';
import { PLATFORM_TENANT } from '@metatron/platform/identity';

import type { Context } from './context.ts';

/**
 * The platform's own templates carry links that let their readers in, superadmins among them:
 * whoever writes one could have the link sent on to themselves.
 * @throws Refusal FORBIDDEN for everybody but a superadmin.
 */
export function requireTemplateRight(
  { caller: { identity } }: Context,
  tenantId: string,
  field: 'id' | 'tenantId',
): void {
  const isSuperadmin = identity.kind === 'user' && identity.role === 'superadmin';
  if (tenantId === PLATFORM_TENANT && !isSuperadmin)
    throw new Refusal('FORBIDDEN', 'The platform’s own templates are written by superadmins.', field);
}
