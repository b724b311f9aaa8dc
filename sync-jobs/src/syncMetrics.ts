/** How far the sources have been carried over, in Prometheus' terms; the same that `syncStatus` tells. */
import type { ContextPool } from '@metatron/platform/database/contextPool';
import { Gauge, Registry } from 'prom-client';

interface Row {
  readonly source: string;
  readonly lag: number;
  readonly backlog: number;
  readonly outbox: number;
  readonly drift: number;
  readonly failing: number;
  readonly loads: number;
  readonly letters: number;
  readonly through: number | null;
  readonly reconciled: number | null;
}

const READ = `
SELECT c.source, c.lag_ms::float8 / 1000 AS lag, c.backlog::float8, c.outbox_bytes::float8 AS outbox, c.drift::float8,
       (c.last_error IS NOT NULL)::integer AS failing,
       extract(epoch FROM c.complete_through)::float8 AS through, extract(epoch FROM c.last_reconciled_at)::float8 AS reconciled,
       (SELECT count(*) FROM sync_loads l WHERE l.source = c.source)::integer AS loads,
       (SELECT count(*) FROM dead_letters d WHERE d.source = c.source AND d.status = 'open')::integer AS letters
  FROM sync_checkpoints c`;

const GAUGES: Readonly<Record<Exclude<keyof Row, 'source'>, readonly [name: string, help: string]>> = {
  lag: ['metatron_sync_lag_seconds', 'Age of the oldest change of the last batch when it was read.'],
  backlog: ['metatron_sync_backlog_changes', 'Changes that waited when the source was last drained.'],
  outbox: ['metatron_sync_outbox_bytes', 'What the outboxes take on the source’s disk.'],
  drift: ['metatron_sync_drift', 'Differences that the last reconciliation found and mended.'],
  failing: ['metatron_sync_failing', '1 while the source cannot be drained.'],
  loads: ['metatron_sync_tenants_to_load', 'Tenants that are still to be taken anew.'],
  letters: ['metatron_dead_letters_open', 'Jobs and changes that were set aside and wait for someone.'],
  through: ['metatron_sync_complete_through_seconds', 'The source’s time up to which nothing is missing.'],
  reconciled: ['metatron_sync_reconciled_seconds', 'When the source was last reconciled.'],
};

/** Reads the figures from cdx each time: whoever is asked, they are of all workers. @returns Prometheus' text. */
export async function syncMetrics(cdx: Pick<ContextPool, 'query'>): Promise<string> {
  const { rows } = await cdx.query<Row>(READ);
  const registry = new Registry();
  for (const [column, [name, help]] of Object.entries(GAUGES)) {
    const gauge = new Gauge({ name, help, labelNames: ['source'], registers: [registry] });
    for (const row of rows) {
      const value = row[column as keyof typeof GAUGES];
      if (value !== null) gauge.set({ source: row.source }, value);
    }
  }
  return registry.metrics();
}
