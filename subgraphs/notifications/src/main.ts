import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/notifications/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({
  domain: 'notifications',
  resolvers,
  createClient: (adapter) => new PrismaClient({ adapter }),
});
