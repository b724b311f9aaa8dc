import type { SubgraphContext } from '@metatron/platform/context';
import type { EventOf } from '@metatron/platform/verb/events';
import { verbsOf, type Outcome } from '@metatron/platform/verb/verb';
import type { Prisma, PrismaClient } from '@metatron/prisma/cms/client';
import { events } from '@metatron/prisma/cms/events';

export type Context = SubgraphContext<PrismaClient>;

/** A transaction of CMS's database. */
export type Tx = Prisma.TransactionClient;

/** What a verb of CMS did. */
export type CmsOutcome<Row> = Outcome<Row, EventOf<typeof events>>;

/** Makes CMS's verbs. */
export const verb = verbsOf<PrismaClient, Tx, typeof events>(events);
