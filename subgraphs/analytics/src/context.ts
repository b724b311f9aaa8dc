import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/analytics/client';
import { events } from '@metatron/prisma/analytics/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of ANALYTICS' database. */
export type Tx = Prisma.TransactionClient;

/** Makes ANALYTICS' verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
