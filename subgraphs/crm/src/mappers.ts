/** The rows that stand for the GraphQL types of the same name. */
import type { Connection } from '@metatron/platform/read/connection';
import type { Customer, Deal, Interaction, Lead, Pipeline, StageHistory } from '@metatron/prisma/crm/client';
import type { Stage } from '@metatron/prisma/crm/stages';

export type CustomerRow = Customer;
export type LeadRow = Lead;
export type DealRow = Deal;
export type InteractionRow = Interaction;
export type PipelineRow = Pipeline;
export type PipelineStageRow = Stage;
export type StageChangeRow = StageHistory;

/** A user of AUTH, by id. */
export interface UserRow {
  readonly id: string;
}

/** A tenant, by id. */
export interface TenantRow {
  readonly id: string;
}

export type CustomerConnectionRow = Connection<CustomerRow>;
export type LeadConnectionRow = Connection<LeadRow>;
export type DealConnectionRow = Connection<DealRow>;
export type InteractionConnectionRow = Connection<InteractionRow>;
export type PipelineConnectionRow = Connection<PipelineRow>;
export type StageChangeConnectionRow = Connection<StageChangeRow>;
