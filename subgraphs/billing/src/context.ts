import type { SubgraphContext } from '@metatron/platform/context';
import type { PrismaClient } from '@metatron/prisma/billing/client';

export type Context = SubgraphContext<PrismaClient>;
