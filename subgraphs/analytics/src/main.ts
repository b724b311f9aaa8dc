import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/analytics/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({
  domain: 'analytics',
  resolvers,
  createClient: (adapter) => new PrismaClient({ adapter }),
});
