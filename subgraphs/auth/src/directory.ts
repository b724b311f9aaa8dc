/** The tenant directory: which tenants a caller may know of. */
import type { Identity } from '@metatron/platform/identity';

import type { Context } from './context.ts';
import type { TenantRow } from './mappers.ts';
import { tenants } from './tables.ts';

const own = new WeakMap<Context, Promise<readonly TenantRow[]>>();

async function readOwnTenants(ctx: Context, tenantId: string): Promise<readonly TenantRow[]> {
  const active = await ctx.readAsService.byId(tenants, tenantId);
  if (active?.clientId == null) return active === null ? [] : [active];
  return ctx
    .asService(null)
    .tenant.findMany({ where: { clientId: active.clientId }, orderBy: { id: 'asc' }, take: 100 });
}

/** The tenants of the caller's client, the active one among them; read once a request. */
export function ownTenants(ctx: Context): Promise<readonly TenantRow[]> {
  const { identity } = ctx.caller;
  if (identity.kind !== 'user' && identity.kind !== 'key') return Promise.resolve([]);
  const known = own.get(ctx);
  if (known !== undefined) return known;
  const read = readOwnTenants(ctx, identity.tenantId);
  own.set(ctx, read);
  return read;
}

const seesAll = (identity: Identity): boolean => identity.kind === 'user' && identity.role !== 'client';

/** A tenant of the directory; null when there is none that the caller may know of. */
export async function findTenant(ctx: Context, id: string): Promise<TenantRow | null> {
  if (seesAll(ctx.caller.identity)) return ctx.readAsService.byId(tenants, id);
  return (await ownTenants(ctx)).find((tenant) => tenant.id === id) ?? null;
}

/** The directory by id, a page of it. */
export async function listTenants(ctx: Context, first: number, after: string | null): Promise<readonly TenantRow[]> {
  if (!seesAll(ctx.caller.identity))
    return (await ownTenants(ctx)).filter(({ id }) => after === null || id > after).slice(0, first);
  return ctx
    .asService(null)
    .tenant.findMany({ where: after === null ? {} : { id: { gt: after } }, orderBy: { id: 'asc' }, take: first });
}
