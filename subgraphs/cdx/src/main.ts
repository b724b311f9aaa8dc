import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/cdx/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({
  domain: 'cdx',
  resolvers,
  createClient: (adapter) => new PrismaClient({ adapter }),
});
