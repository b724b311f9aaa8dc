import { requireUuid } from '@metatron/platform/read/sql';

import type { QueryResolvers } from '../generated/types.ts';
import { findPage, readTree, siteTenant } from '../site.ts';
import { contentItems, contentTypes, contentVersions, mediaFiles, pages, templates } from '../tables.ts';

export const Query: QueryResolvers = {
  contentTypes: (_root, args, ctx) => ctx.read.page(contentTypes, args),
  contentItem: (_root, { id }, ctx) => ctx.read.byId(contentItems, id),
  contentItems: (_root, args, ctx) => ctx.read.page(contentItems, args),
  contentVersions: (_root, { contentItemId, ...args }, ctx) =>
    ctx.read.page(contentVersions, args, { itemId: requireUuid(contentItemId) }),
  mediaFiles: (_root, args, ctx) => ctx.read.page(mediaFiles, args),
  page: (_root, { path, tenantId }, ctx) => findPage(ctx, siteTenant(ctx, tenantId), path),
  pages: (_root, args, ctx) => ctx.read.page(pages, args),
  pageTree: (_root, { tenantId }, ctx) => readTree(ctx, siteTenant(ctx, tenantId)),
  templates: (_root, args, ctx) => ctx.read.page(templates, args),
};
