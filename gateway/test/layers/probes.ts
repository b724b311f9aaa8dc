/**
 * One question to each of the three layers that derive from the access matrix: does it refuse by
 * itself? The subgraph is asked over a database that lets everything through, the database by a
 * statement that nobody has checked.
 */
import { randomUUID } from 'node:crypto';

import type { Connections } from '@metatron/platform/database/connections';
import { endPool } from '@metatron/platform/database/pools';
import type { Identity } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import type { ExecutionResult } from 'graphql';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { connectionsTo, superuserPool } from '../../../platform/test/kit.ts';
import { dropScratchDatabases, scratchDatabase } from '../../../platform/test/scratch.ts';
import { buildAccessTable } from '../../src/accessTable.ts';
import { Metrics } from '../../src/metrics.ts';
import { openQueryStore } from '../../src/pipeline/queryStore.ts';
import { openPipeline } from '../../src/pipeline/pipeline.ts';
import { localLink, type SubgraphLink } from '../../src/subgraphSource.ts';
import { readSupergraph } from '../../src/supergraph.ts';
import { askPipeline, callerFor, type PipelineAnswer } from '../askPipeline.ts';

const client: Identity = {
  ...{ kind: 'user', role: 'client', tenantId: 'acme' },
  ...{ userId: randomUUID(), sessionId: randomUUID() },
};
const key: Identity = { kind: 'key', tenantId: 'acme' };
const globex = randomUUID();

const SEED = "INSERT INTO customers (tenant_id, id, company) VALUES ('acme', $1, 'A'), ('globex', $2, 'G')";
/** All that PostgreSQL's layer consists of, taken away. */
const OPEN = `DO $$ DECLARE t regclass; BEGIN
  FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') LOOP
    EXECUTE format('GRANT ALL ON %s TO PUBLIC', t);
  END LOOP;
  FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity LOOP
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t);
  END LOOP; END $$`;

async function prepare(database: string, isOpen: boolean): Promise<Connections> {
  const pool = superuserPool(database);
  try {
    await pool.query(SEED, [randomUUID(), globex]);
    if (isOpen) await pool.query(OPEN);
  } finally {
    await endPool(pool);
  }
  return connectionsTo({ crm: database });
}

interface Coded {
  readonly extensions: Readonly<Record<string, unknown>>;
}

const codesOf = ({ errors }: { readonly errors?: readonly Coded[] | undefined }): unknown[] =>
  (errors ?? []).map(({ extensions }) => extensions['code']);

/** A link that answers nothing, and tells that it was asked. */
function deaf(domain: SubgraphLink['domain'], asked: string[]): SubgraphLink {
  return {
    domain,
    address: null,
    execute: () => {
      asked.push(domain);
      return Promise.resolve({ data: {} });
    },
    serve: () => Promise.resolve(),
    ping: () => Promise.resolve(),
  };
}

export class Layers {
  private readonly guarded: Connections;
  private readonly open: Connections;
  private readonly crm: InProcess;
  private readonly crmOverOpen: InProcess;

  private constructor(guarded: Connections, open: Connections, crm: InProcess, crmOverOpen: InProcess) {
    this.guarded = guarded;
    this.open = open;
    this.crm = crm;
    this.crmOverOpen = crmOverOpen;
  }

  /** @param label of the test file, whose databases these are. */
  static async start(label: string): Promise<Layers> {
    const guarded = await prepare(await scratchDatabase('crm', `${label}_guarded`), false);
    const open = await prepare(await scratchDatabase('crm', `${label}_open`), true);
    return new Layers(guarded, open, await startInProcess('crm', guarded), await startInProcess('crm', open));
  }

  /** Whether a denied field is refused, and no subgraph asked for it. */
  async gatewayRefuses(): Promise<boolean> {
    const asked: string[] = [];
    const result = await this.send('{ auditLog { totalCount } }', client, (domain) => deaf(domain, asked));
    return asked.length === 0 && codesOf(result).includes('FORBIDDEN');
  }

  /** Whether a subgraph that is asked past the gateway refuses a field, and another tenant's row, by itself. */
  async subgraphRefuses(): Promise<boolean> {
    const field = await this.crmOverOpen.ask('{ customers { totalCount } }', key);
    const row = await this.crmOverOpen.ask(`{ customer(id: "${globex}") { company } }`, client);
    return (
      codesOf(field).includes('FORBIDDEN') &&
      field.statements.length === 0 &&
      (row.data as ExecutionResult['data'])?.['customer'] === null
    );
  }

  /** Whether PostgreSQL shows and takes no row of another tenant, whatever the statement says. */
  async databaseRefuses(layer: 'guarded' | 'open' = 'guarded'): Promise<boolean> {
    const pool = this[layer].as('crm', { service: 'crm', privilege: 'client' }, 'acme');
    const { rows } = await pool.query("SELECT FROM customers WHERE tenant_id = 'globex'");
    const written = await pool
      .query("INSERT INTO customers (tenant_id, id, company) VALUES ('globex', gen_random_uuid(), 'X')")
      .then(
        () => true,
        () => false,
      );
    return rows.length === 0 && !written;
  }

  /** What comes of another tenant's row, and of a denied field, through all that is there. */
  async wholeRefuses(layer: 'guarded' | 'open' = 'guarded'): Promise<boolean> {
    const { subgraph } = layer === 'guarded' ? this.crm : this.crmOverOpen;
    const link = (domain: SubgraphLink['domain']) => (domain === 'crm' ? localLink(subgraph) : deaf(domain, []));
    const row = await this.send(`{ customer(id: "${globex}") { company } }`, client, link);
    const field = await this.send('{ customers { totalCount } }', key, link);
    return row.data?.['customer'] === null && row.errors === undefined && field.data?.['customers'] === null;
  }

  async end(): Promise<void> {
    await Promise.all([this.guarded.end(), this.open.end()]);
    await dropScratchDatabases();
  }

  private async send(
    query: string,
    identity: Identity,
    linkTo: (domain: SubgraphLink['domain']) => SubgraphLink,
  ): Promise<PipelineAnswer> {
    const { sdl, owners } = readSupergraph();
    const domains = [...new Set(owners.values())].filter((owner) => owner !== 'shared');
    const pipeline = await openPipeline({
      supergraphSdl: sdl,
      buildTable: (schema) => buildAccessTable(schema, owners),
      links: new Map(domains.map((domain) => [domain, linkTo(domain)] as const)),
      metrics: new Metrics(),
      events: { note: () => undefined },
      executor: 'metatron',
      queries: openQueryStore(undefined),
      log: createLog('silent'),
    });
    const answer = await askPipeline(pipeline, callerFor(identity), { query });
    await pipeline.stop();
    return answer;
  }
}
