/** Old addresses of published pages: whoever follows one finds the page where it is now. */
import { v7 as uuidv7 } from 'uuid';

import type { Tx } from './context.ts';
import type { PageRow } from './mappers.ts';

interface Address {
  readonly id: string;
  readonly path: string;
}

const BELOW = "(path = $2 OR starts_with(path, $2 || '/'))";

/** The page and what is below it, as far as the public knows their addresses. */
export const publicAddresses = (tx: Tx, { tenantId, path }: PageRow): Promise<Address[]> =>
  tx.$queryRawUnsafe(
    `SELECT id, path FROM pages WHERE tenant_id = $1 AND ${BELOW} AND published IS NOT NULL`,
    tenantId,
    path,
  );

/** Leads from addresses that pages had to the pages. */
export async function addRedirects(tx: Tx, tenantId: string, addresses: readonly Address[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO page_redirects (tenant_id, id, from_path, page_id)
     SELECT $1, a.id, a.path, a.page FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS a (id, path, page)
     ON CONFLICT (tenant_id, from_path) DO UPDATE SET page_id = excluded.page_id, created_at = now()`,
    tenantId,
    addresses.map(() => uuidv7()),
    addresses.map(({ path }) => path),
    addresses.map(({ id }) => id),
  );
}

/** Where a page is now, no redirect leads elsewhere. */
export async function dropRedirects(tx: Tx, { tenantId, path }: PageRow): Promise<void> {
  await tx.$executeRawUnsafe(
    `DELETE FROM page_redirects
      WHERE tenant_id = $1 AND from_path IN (SELECT path FROM pages WHERE tenant_id = $1 AND ${BELOW})`,
    tenantId,
    path,
  );
}
