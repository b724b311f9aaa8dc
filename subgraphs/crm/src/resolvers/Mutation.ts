import { deletion, payload } from '@metatron/platform/verb/payload';

import { customerCreate, customerDelete, customerUpdate } from '../customer.ts';
import { dealCreate, dealStageMove, dealUpdate } from '../deal.ts';
import { dealLose, dealWin } from '../dealClose.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { interactionLog } from '../interaction.ts';
import { leadAssign, leadCreate, leadStageMove, leadUpdate } from '../lead.ts';
import { leadConvert } from '../leadConvert.ts';
import { pipelineCreate, pipelineSetDefault, pipelineUpdate } from '../pipeline.ts';
import { leads } from '../tables.ts';

export const Mutation: MutationResolvers = {
  customerCreate: payload('customer', customerCreate),
  customerUpdate: payload('customer', customerUpdate),
  customerDelete: deletion(customerDelete),
  leadCreate: payload('lead', leadCreate),
  leadUpdate: payload('lead', leadUpdate),
  leadAssign: payload('lead', leadAssign),
  leadStageMove: payload('lead', leadStageMove),
  leadConvert: async (_, { input }, ctx) => {
    const { row: deal, userErrors } = await leadConvert({ ctx, input });
    return { lead: await ctx.read.reference(leads, deal?.leadId ?? null), deal, userErrors };
  },
  dealCreate: payload('deal', dealCreate),
  dealUpdate: payload('deal', dealUpdate),
  dealStageMove: payload('deal', dealStageMove),
  dealWin: payload('deal', dealWin),
  dealLose: payload('deal', dealLose),
  interactionLog: payload('interaction', interactionLog),
  pipelineCreate: payload('pipeline', pipelineCreate),
  pipelineUpdate: payload('pipeline', pipelineUpdate),
  pipelineSetDefault: payload('pipeline', pipelineSetDefault),
};
