import { boundTenant, requireUser, type SubgraphContext } from '../context.ts';
import { PublicError, Refusal } from '../errors.ts';
import { PLATFORM_TENANT } from '../identity.ts';
import type { RawClient } from '../database/rawClient.ts';
import { isUuid } from '../read/sql.ts';
import type { Table } from '../read/table.ts';

/**
 * Whose tenant a verb changes:
 * - `given`: the caller's own, staff name one in `tenantId` (which must be in the directory);
 * - `target`: that of the row that `input.id` (or another field) names;
 * - `resolved`: what the verb's own look-up says, which may refuse;
 * - `platform`: nobody's, the rows are the platform's own;
 * - `active`: the caller's active tenant, also for staff.
 */
export type TenantRule =
  | { readonly of: 'given' }
  | { readonly of: 'target'; readonly table: Table<unknown>; readonly noun: string; readonly field?: string }
  | { readonly of: 'resolved'; readonly find: (ctx: never, input: never) => Promise<string> }
  | { readonly of: 'platform' }
  | { readonly of: 'active' };

type Context = SubgraphContext<unknown>;

const named = (raw: object, field: string): string | undefined => {
  const value = (raw as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
};

/** Whether the tenant directory in AUTH has this tenant; every service may ask that. */
export async function isKnownTenant(ctx: Context, tenantId: string): Promise<boolean> {
  const sql = 'SELECT 1 FROM tenants WHERE id = $1';
  if (ctx.domain === 'auth') {
    const own = ctx.asService(null) as RawClient;
    return (await own.$queryRawUnsafe<unknown[]>(sql, tenantId)).length > 0;
  }
  return ((await ctx.foreign('auth', tenantId).query(sql, [tenantId])).rowCount ?? 0) > 0;
}

async function givenTenant(ctx: Context, raw: object): Promise<string> {
  const given = named(raw, 'tenantId');
  if (given === undefined) throw new Refusal('INVALID', 'Platform staff must name the tenant.', 'tenantId');
  if (!(await isKnownTenant(ctx, given))) throw new Refusal('NOT_FOUND', 'There is no such tenant.', 'tenantId');
  return given;
}

async function targetTenant(
  ctx: Context,
  raw: object,
  { table, noun, field = 'id' }: Extract<TenantRule, { of: 'target' }>,
): Promise<string> {
  const missing = new Refusal('NOT_FOUND', `There is no such ${noun}.`, field);
  const id = named(raw, field);
  if (id === undefined || !isUuid(id)) throw missing;
  const row = (await ctx.read.byId(table, id)) as { readonly tenantId?: string } | null;
  const given = named(raw, 'tenantId');
  if (row?.tenantId === undefined || (given !== undefined && given !== row.tenantId)) throw missing;
  return row.tenantId;
}

/** @throws PublicError BAD_USER_INPUT when a tenant's own caller names a tenant. */
export async function resolveTenant(rule: TenantRule, ctx: Context, raw: object, input: unknown): Promise<string> {
  const { identity } = ctx.caller;
  if (rule.of === 'platform') return PLATFORM_TENANT;
  if (rule.of === 'resolved') return rule.find(ctx as never, input as never);
  if (rule.of === 'active') return requireUser(identity).tenantId;
  const bound = boundTenant(ctx.domain, identity);
  if (bound !== undefined) {
    if (named(raw, 'tenantId') !== undefined)
      throw new PublicError('BAD_USER_INPUT', 'The tenant comes from your sign-in; do not send one.');
    return bound;
  }
  return rule.of === 'given' ? givenTenant(ctx, raw) : targetTenant(ctx, raw, rule);
}
