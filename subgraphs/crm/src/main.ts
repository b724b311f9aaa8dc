import { defineSubgraph } from '@metatron/platform/subgraph';
import { PrismaClient } from '@metatron/prisma/crm/client';

import { resolvers } from './resolvers/index.ts';

/** Customers, leads and deals, the pipelines they move through and what was talked about. */
export default defineSubgraph({ domain: 'crm', resolvers, createClient: (adapter) => new PrismaClient({ adapter }) });
