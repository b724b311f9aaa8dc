import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/cdx/client';
import { events } from '@metatron/prisma/cdx/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of CDX's database. */
export type Tx = Prisma.TransactionClient;

/** Makes CDX's verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
