import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/auth/client';
import { events } from '@metatron/prisma/auth/events';

export type Context = SubgraphContext<PrismaClient>;
export type Tx = Prisma.TransactionClient;

export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
