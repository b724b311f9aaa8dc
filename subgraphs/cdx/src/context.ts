import type { SubgraphContext } from '@metatron/platform/context';
import type { PrismaClient } from '@metatron/prisma/cdx/client';

export type Context = SubgraphContext<PrismaClient>;
