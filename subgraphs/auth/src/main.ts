import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/auth/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({ domain: 'auth', resolvers, createClient: (adapter) => new PrismaClient({ adapter }) });
