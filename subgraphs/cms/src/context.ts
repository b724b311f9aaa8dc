import type { SubgraphContext } from '@metatron/platform/context';
import { verbsOf } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/cms/client';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of CMS's database. */
export type Tx = Prisma.TransactionClient;

/** Makes CMS's verbs. */
export const verb = verbsOf<PrismaClient, Tx>();
