/**
 * Row security without its price: the caller's role and tenant travel with each statement, in one
 * flight and one implicit transaction, so that a pooled connection never remembers a caller. Safe
 * through PgBouncer in transaction mode, since nothing outlives the batch.
 *
 * A distributed PostgreSQL, whose workers `set_config` does not reach, needs another of these.
 */
import pg from 'pg';

/** The rights and the tenant that statements run under; no tenant for those that cross them. */
export interface DatabaseContext {
  readonly role: string;
  readonly tenantId: string | null;
}

const SET_CONTEXT = "SELECT set_config('role', $1, true), set_config('app.tenant_id', $2, true)";

/** The parts of pg's wire protocol that a query drives; its types leave them out. */
interface Wire {
  parse(message: { text: string }): void;
  bind(message: { values: readonly string[] }): void;
  execute(message: object): void;
}

interface QueryInternals {
  prepare(wire: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

const Query = pg.Query as unknown as new (config: object) => QueryInternals;

/** A query that sends its context ahead of itself, under the same Sync. */
class ContextQuery extends Query {
  private contextPending = true;
  private readonly context: readonly string[];

  constructor(config: object, { role, tenantId }: DatabaseContext) {
    super(config);
    this.context = [role, tenantId ?? ''];
  }

  /** Always the extended protocol: a simple query cannot share a Sync. */
  requiresPreparation(): boolean {
    return true;
  }

  override prepare(wire: Wire): void {
    wire.parse({ text: SET_CONTEXT });
    wire.bind({ values: this.context });
    wire.execute({});
    super.prepare(wire);
  }

  override handleDataRow(message: unknown): void {
    if (!this.contextPending) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.contextPending) this.contextPending = false;
    else super.handleCommandComplete(message, wire);
  }
}

type QueryConfig = string | { readonly text: string; readonly values?: unknown[] };

const configure = (config: QueryConfig, values?: unknown[]): object => {
  const base = typeof config === 'string' ? { text: config } : config;
  return values === undefined ? base : { ...base, values };
};

/** A checked-out client whose transaction begins with the context, in the same message. */
function bindTransaction(client: pg.PoolClient, { role, tenantId }: DatabaseContext): pg.PoolClient {
  const begin =
    `BEGIN; SET LOCAL ROLE ${pg.escapeIdentifier(role)}; ` +
    `SET LOCAL app.tenant_id = ${pg.escapeLiteral(tenantId ?? '')}`;
  const query = (config: QueryConfig, ...rest: unknown[]): unknown => {
    const text = typeof config === 'string' ? config : config.text;
    if (text.trim().toUpperCase() === 'BEGIN') return client.query(begin);
    return (client.query as (...parameters: unknown[]) => unknown).call(client, config, ...rest);
  };
  return Object.create(client, { query: { value: query } }) as pg.PoolClient;
}

/**
 * A shared pool as one caller may use it: the same connections, every statement under the context.
 * It is a `pg.Pool` by type alone, because Prisma's adapter insists on one; it opens nothing.
 */
export class ContextPool extends pg.Pool {
  private readonly shared: pg.Pool;
  private readonly context: DatabaseContext;

  constructor(shared: pg.Pool, context: DatabaseContext) {
    super({ max: 1 });
    this.shared = shared;
    this.context = context;
  }

  // pg's overloads cannot be restated; what Prisma and the platform call is exactly this.
  override query = ((config: QueryConfig, values?: unknown[]) =>
    this.shared.query(
      new ContextQuery(configure(config, values), this.context) as never,
    )) as unknown as pg.Pool['query'];

  override connect = (async () =>
    bindTransaction(await this.shared.connect(), this.context)) as unknown as pg.Pool['connect'];

  /** The shared pool has its own listeners; forwarding would add one per caller. */
  override on(): this {
    return this;
  }
}
