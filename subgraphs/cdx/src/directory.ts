import type { Tenant } from '@metatron/prisma/cdx/client';
import { writeDirectory } from '@metatron/prisma/cdx/directory';

import type { Context } from './context.ts';

/**
 * Writes a tenant into AUTH's directory at once, so that the next request finds it there. Should
 * AUTH be away, the tenant's event brings it later: the change itself has been made.
 */
export async function mirror(ctx: Context, tenant: Tenant): Promise<void> {
  try {
    await writeDirectory(ctx.foreign('auth', tenant.id), tenant);
  } catch (error) {
    ctx.log.warn({ tenantId: tenant.id, reason: (error as Error).name }, 'the directory is told of a tenant later');
  }
}
