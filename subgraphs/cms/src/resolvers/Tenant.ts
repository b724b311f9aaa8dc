import type { TenantResolvers } from '../generated/types.ts';
import { contentItems, mediaFiles, pages } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  contentItems: ({ id }, args, ctx) => ctx.read.under(contentItems, { field: 'tenantId', value: id }, args),
  pages: ({ id }, args, ctx) => ctx.read.under(pages, { field: 'tenantId', value: id }, args),
  mediaFiles: ({ id }, args, ctx) => ctx.read.under(mediaFiles, { field: 'tenantId', value: id }, args),
};
