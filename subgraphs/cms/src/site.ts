/** A tenant's site: its pages by path and as a tree. */
import { boundTenant } from '@metatron/platform/context';
import { PublicError } from '@metatron/platform/errors';

import type { Context } from './context.ts';
import type { PageRow, PageTreeNodeRow } from './mappers.ts';
import { pages } from './tables.ts';

/**
 * Whose site a query reads: a path means something in one tenant only.
 *
 * @throws PublicError BAD_USER_INPUT when staff name no tenant, or a tenant's own caller names one.
 */
export function siteTenant({ domain, caller }: Context, given: string | null | undefined): string {
  const bound = boundTenant(domain, caller.identity);
  if (bound !== undefined && given != null)
    throw new PublicError('BAD_USER_INPUT', 'The tenant comes from your sign-in; do not send one.');
  const tenantId = bound ?? given;
  if (tenantId == null) throw new PublicError('BAD_USER_INPUT', 'Platform staff must name the tenant in `tenantId`.');
  return tenantId;
}

const REDIRECT = 'SELECT page_id AS "pageId" FROM page_redirects WHERE tenant_id = $1 AND from_path = $2';

/** The page at a path of a tenant's site, or the one that a redirect leads to; null without either. */
export async function findPage(ctx: Context, tenantId: string, path: string): Promise<PageRow | null> {
  const { edges } = await ctx.read.page(pages, { first: 1 }, { tenantId, path });
  if (edges[0] !== undefined) return edges[0].node;
  const [redirect] = await ctx.db(tenantId).$queryRawUnsafe<{ pageId: string }[]>(REDIRECT, tenantId, path);
  return ctx.read.reference(pages, redirect?.pageId ?? null);
}

/** A tree is read as a whole; a site larger than this is read level by level, through `Page.children`. */
const MAX_TREE = 5_000;

type TreeRow = Omit<PageTreeNodeRow, 'children'> & Pick<PageRow, 'parentId'>;

type Branches = ReadonlyMap<string | null, readonly Omit<PageTreeNodeRow, 'children'>[]>;

// The database refuses a page under its own descendant, so this ends.
function branch(branches: Branches, parentId: string | null): PageTreeNodeRow[] {
  return (branches.get(parentId) ?? []).map((page) => ({ ...page, children: branch(branches, page.id) }));
}

/**
 * All pages of a tenant's site, as its roots.
 *
 * @throws PublicError BAD_USER_INPUT for a site of more than 5,000 pages.
 */
export async function readTree(ctx: Context, tenantId: string): Promise<PageTreeNodeRow[]> {
  const sql = `SELECT id, parent_id AS "parentId", title, slug, path, status, sort_order AS "sortOrder"
    FROM "${ctx.read.seen(pages).name}" WHERE tenant_id = $1 ORDER BY sort_order, id LIMIT ${String(MAX_TREE + 1)}`;
  const rows = await ctx.db(tenantId).$queryRawUnsafe<TreeRow[]>(sql, tenantId);
  if (rows.length > MAX_TREE)
    throw new PublicError(
      'BAD_USER_INPUT',
      `A tree holds at most ${String(MAX_TREE)} pages; read \`pages\` level by level.`,
    );
  return branch(
    Map.groupBy(rows, ({ parentId }) => parentId),
    null,
  );
}
