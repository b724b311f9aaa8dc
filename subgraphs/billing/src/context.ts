import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/billing/client';
import { events } from '@metatron/prisma/billing/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of BILLING's database. */
export type Tx = Prisma.TransactionClient;

/** Makes BILLING's verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
