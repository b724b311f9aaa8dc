import { payload } from '@metatron/platform/verb/payload';
import type { Verb } from '@metatron/platform/verb/verb';
import type { Tenant } from '@metatron/prisma/cdx/client';

import { clientCreate, clientUpdate } from '../client.ts';
import type { Context } from '../context.ts';
import { deadLetterRetry } from '../deadLetterRetry.ts';
import { mirror } from '../directory.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { resync } from '../resync.ts';
import { enterIncidents } from '../securityEventsReport.ts';
import { reportAll } from '../serviceReport.ts';
import { systemConfigSet } from '../systemConfig.ts';
import { tenantCreate, tenantResume, tenantSuspend, tenantUpdate } from '../tenant.ts';

/** The resolver of a change to a tenant, which AUTH is told of before the answer. */
const mirrored =
  (verb: Verb<Context, Tenant>) =>
  async (_parent: unknown, { input }: { readonly input: unknown }, ctx: Context) => {
    const { row, userErrors } = await verb({ ctx, input });
    if (row !== null) await mirror(ctx, row);
    return { tenant: row, userErrors };
  };

export const Mutation: MutationResolvers = {
  tenantCreate: mirrored(tenantCreate),
  tenantUpdate: mirrored(tenantUpdate),
  tenantSuspend: mirrored(tenantSuspend),
  tenantResume: mirrored(tenantResume),
  clientCreate: payload('client', clientCreate),
  clientUpdate: payload('client', clientUpdate),
  systemConfigSet: payload('systemConfig', systemConfigSet),
  resync: payload('job', resync),
  deadLetterRetry: payload('deadLetter', deadLetterRetry),
  serviceReport: (_parent, { services }, ctx) => reportAll(ctx, services),
  securityEventsReport: (_parent, { incidents }, ctx) => enterIncidents(ctx, incidents),
};
