import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/crm/client';
import { events } from '@metatron/prisma/crm/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of CRM's database. */
export type Tx = Prisma.TransactionClient;

/** Makes CRM's verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
