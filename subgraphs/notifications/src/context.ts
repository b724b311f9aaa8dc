import type { SubgraphContext } from '@metatron/platform/context';
import type { PrismaClient } from '@metatron/prisma/notifications/client';

export type Context = SubgraphContext<PrismaClient>;
