import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/notifications/client';
import { events } from '@metatron/prisma/notifications/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of NOTIFICATIONS' database. */
export type Tx = Prisma.TransactionClient;

/** Makes NOTIFICATIONS' verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
