import type { TemplateResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { templates } from '../tables.ts';

export const Template: TemplateResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(templates, id),
  tenant: tenantOf,
};
