import type { SubgraphContext } from '@metatron/platform/context';
import type { PrismaClient } from '@metatron/prisma/analytics/client';

export type Context = SubgraphContext<PrismaClient>;
