import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/billing/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({
  domain: 'billing',
  resolvers,
  createClient: (adapter) => new PrismaClient({ adapter }),
});
