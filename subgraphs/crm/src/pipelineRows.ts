/** Pipelines as verbs find them. */
import { selectList } from '@metatron/platform/read/sql';
import { holdRow } from '@metatron/platform/verb/lock';
import { standardStages } from '@metatron/prisma/crm/stages';
import { v7 as uuidv7 } from 'uuid';

import type { Tx } from './context.ts';
import type { PipelineRow } from './mappers.ts';
import { pipelines } from './tables.ts';

/** One writer at a time decides which of a tenant's pipelines is the default. */
export async function lockDefault(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRawUnsafe(
    'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    `crm default pipeline ${tenantId}`,
  );
}

export async function findDefault(tx: Tx, tenantId: string): Promise<PipelineRow | undefined> {
  const sql = `SELECT ${selectList(pipelines)} FROM pipelines WHERE tenant_id = $1 AND is_default FOR SHARE`;
  const [row] = await tx.$queryRawUnsafe<PipelineRow[]>(sql, tenantId);
  return row;
}

async function ensureDefault(tx: Tx, tenantId: string): Promise<PipelineRow> {
  const known = await findDefault(tx, tenantId);
  if (known !== undefined) return known;
  await lockDefault(tx, tenantId);
  const made = await findDefault(tx, tenantId);
  return (
    made ??
    tx.pipeline.create({
      data: { tenantId, id: uuidv7(), name: 'Sales', stages: [...standardStages], isDefault: true },
    })
  );
}

/**
 * The pipeline named, or the tenant's default, which is made when there is none. Its stages stay as
 * they are until the transaction ends.
 */
export function holdPipeline(tx: Tx, tenantId: string, id: string | null | undefined): Promise<PipelineRow> {
  if (id == null) return ensureDefault(tx, tenantId);
  return holdRow(tx, { table: pipelines, tenantId, id, noun: 'pipeline', field: 'pipelineId' });
}
