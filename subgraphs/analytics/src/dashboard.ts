import { requireUser } from '@metatron/platform/context';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';
import { dashboards } from './tables.ts';

const existing = { of: 'target', table: dashboards, noun: 'dashboard' } as const;
const description = fields.changed(fields.text(5_000));
/** Nobody has to see it, not even the audit log. */
const omit = { shareTokenHash: true } as const;

export const dashboardCreate = verb({
  name: 'dashboardCreate',
  input: z.object({
    ...fields.creating,
    name: fields.text(255),
    description,
    config: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'given' },
  creates: dashboards,
  async act({ ctx, tx, input, tenantId }) {
    const { name, config = {} } = input;
    const createdBy = requireUser(ctx.caller.identity).userId;
    const data = { tenantId, id: uuidv7(), name, config, createdBy, ...defined({ description: input.description }) };
    const row = await tx.dashboard.create({ data, omit });
    return {
      row,
      object: { type: 'Dashboard', id: row.id },
      after: row,
      events: [{ type: 'dashboard.created', payload: { dashboardId: row.id } }],
    };
  },
});

export const dashboardUpdate = verb({
  name: 'dashboardUpdate',
  input: z.object({
    ...fields.versioned,
    name: fields.kept(fields.text(255)),
    description,
    config: fields.kept(fields.jsonObject),
  }),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const { name, config } = input;
    const row = await tx.dashboard.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...defined({ name, description: input.description, config }), version: before.version + 1 },
      omit,
    });
    return {
      row,
      object: { type: 'Dashboard', id: row.id },
      before,
      after: row,
      events: [{ type: 'dashboard.updated', payload: { dashboardId: row.id } }],
    };
  },
});

export const dashboardDelete = verb({
  name: 'dashboardDelete',
  input: z.object(fields.versioned),
  tenant: existing,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    await tx.dashboard.delete({ where: { tenantId_id: { tenantId, id: before.id } } });
    return {
      row: before,
      object: { type: 'Dashboard', id: before.id },
      before,
      events: [{ type: 'dashboard.deleted', payload: { dashboardId: before.id } }],
    };
  },
});
