import { Refusal } from '@metatron/platform/errors';

import type { Context } from './context.ts';

/** Asks CRM's own database, since nothing here can hold a customer to exist. */
const KNOWN = 'SELECT 1 FROM customer_directory WHERE tenant_id = $1 AND id = $2';

/** @throws Refusal NOT_FOUND, for a deleted customer and one of another tenant alike. */
export async function requirePayer(ctx: Context, tenantId: string, customerId: string): Promise<void> {
  const { rowCount } = await ctx.foreign('crm', tenantId).query(KNOWN, [tenantId, customerId]);
  if (rowCount !== 1) throw new Refusal('NOT_FOUND', 'There is no such customer.', 'customerId');
}
