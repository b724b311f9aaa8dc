import type { ServiceResolvers } from '../generated/types.ts';
import { services } from '../tables.ts';

export const Service: ServiceResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(services, id),
};
