import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/cms/client';

import { resolvers } from './resolvers/index.ts';

export default defineSubgraph({ domain: 'cms', resolvers, createClient: (adapter) => new PrismaClient({ adapter }) });
