import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/crm/client';

import type { CustomerRow, DealRow, InteractionRow, LeadRow, PipelineRow, StageChangeRow } from './mappers.ts';

const live = '"deleted_at" IS NULL';

export const customers = defineTable<CustomerRow>('Customer', 'customers', Prisma.CustomerScalarFieldEnum, { live });
export const leads = defineTable<LeadRow>('Lead', 'leads', Prisma.LeadScalarFieldEnum, { live });
export const deals = defineTable<DealRow>('Deal', 'deals', Prisma.DealScalarFieldEnum, { live });
export const interactions = defineTable<InteractionRow>(
  'Interaction',
  'interactions',
  Prisma.InteractionScalarFieldEnum,
);
export const pipelines = defineTable<PipelineRow>('Pipeline', 'pipelines', Prisma.PipelineScalarFieldEnum);
export const stageChanges = defineTable<StageChangeRow>(
  'StageChange',
  'stage_history',
  Prisma.StageHistoryScalarFieldEnum,
);
