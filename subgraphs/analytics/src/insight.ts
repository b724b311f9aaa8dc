import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow, lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { InsightRow } from './mappers.ts';
import { answered, questionFields, questionOf } from './savedQuestion.ts';
import { dashboards, insights } from './tables.ts';

const existing = { of: 'target', table: insights, noun: 'insight' } as const;
const particulars = {
  description: fields.changed(fields.text(5_000)),
  dashboardId: fields.changed(fields.id),
  ...questionFields,
};

async function holdDashboard(tx: Tx, tenantId: string, id: string | null | undefined): Promise<void> {
  if (id != null) await holdRow(tx, { table: dashboards, tenantId, id, noun: 'dashboard', field: 'dashboardId' });
}

/** For the audit log: an answer can be long, and says nothing of what was changed. */
const recorded = ({ result: _, ...row }: InsightRow): object => row;

export const insightCreate = verb({
  name: 'insightCreate',
  input: z.object({ ...fields.creating, name: fields.text(255), ...particulars }),
  tenant: { of: 'given' },
  creates: insights,
  async act({ ctx, tx, input, tenantId }) {
    const { name, description, dashboardId } = input;
    const question = questionOf(input);
    if (question === undefined) throw new Refusal('INVALID', 'An insight asks a question: give a trend or a funnel.');
    await holdDashboard(tx, tenantId, dashboardId);
    const createdBy = requireUser(ctx.caller.identity).userId;
    const asked = await answered(tx, tenantId, question);
    const data = { tenantId, id: uuidv7(), name, createdBy, ...defined({ description, dashboardId }), ...asked };
    const row = await tx.insight.create({ data });
    return {
      row,
      object: { type: 'Insight', id: row.id },
      after: recorded(row),
      events: [{ type: 'insight.created', payload: { insightId: row.id } }],
    };
  },
});

export const insightUpdate = verb({
  name: 'insightUpdate',
  input: z.object({ ...fields.versioned, name: fields.kept(fields.text(255)), ...particulars }),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const { name, description, dashboardId } = input;
    const question = questionOf(input);
    await holdDashboard(tx, tenantId, dashboardId);
    const asked = question === undefined ? {} : await answered(tx, tenantId, question);
    const row = await tx.insight.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...defined({ name, description, dashboardId }), ...asked, version: before.version + 1 },
    });
    return {
      row,
      object: { type: 'Insight', id: row.id },
      before: recorded(before),
      after: recorded(row),
      events: [{ type: 'insight.updated', payload: { insightId: row.id } }],
    };
  },
});

export const insightDelete = verb({
  name: 'insightDelete',
  input: z.object(fields.versioned),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    await tx.insight.delete({ where: { tenantId_id: { tenantId, id: before.id } } });
    return {
      row: before,
      object: { type: 'Insight', id: before.id },
      before: recorded(before),
      events: [{ type: 'insight.deleted', payload: { insightId: before.id } }],
    };
  },
});
