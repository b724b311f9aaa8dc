/**
 * A connection that notices when the other end has gone without a word: a network that drops
 * packets, a machine that lost its power. Neither TCP nor PostgreSQL's statement_timeout ends such a
 * wait. How long a statement takes does not matter, so long as its session is at it.
 */
import type { Duplex } from 'node:stream';

import pg from 'pg';

const LOOK_MS = 500;
/** A connection that is being made is given up when so many looks found no byte from the other end. */
const LOOKS_AT_FIRST = 6;
const PROBE_MS = 2_000;

/** `own` differs from the protocol's id behind a pooler: sessions there cannot be told apart. */
const PROBE = `
SELECT pg_backend_pid() AS own,
       (SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client' FROM pg_stat_activity WHERE pid = $1) AS works`;

interface Probed {
  readonly own: number;
  readonly works: boolean | null;
}

/** What a socket has that a stream of any kind has not. */
interface Wire {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  destroy(): void;
}

type Verdict = 'works' | 'lost' | 'unknown';

class AttentiveClient extends pg.Client {
  /** Called when it has lost the other end. */
  onLost: () => void = () => undefined;
  private readonly config: pg.ClientConfig;
  private processId: number | undefined;
  private lastRead = 0;
  /** What had been written when the server was last ready for more. */
  private answered: number | undefined;
  /** How many looks in a row have found silence, and at how many the session is asked about. */
  private looks = 0;
  private askAt = 1;
  private isAsking = false;

  constructor(config: pg.ClientConfig = {}) {
    super(config);
    this.config = config;
    const { connection } = this;
    connection.on('backendKeyData', ({ processID }: { readonly processID: number }) => (this.processId = processID));
    connection.on('readyForQuery', () => (this.answered = this.socket.bytesWritten));
    const timer = setInterval(() => void this.look(), LOOK_MS).unref();
    connection.once('end', () => {
      clearInterval(timer);
    });
  }

  /** Ends it without a word to the other end. */
  abandon(): void {
    this.socket.destroy();
  }

  private get socket(): Wire {
    return this.connection.stream as Duplex & Wire;
  }

  /** Whether an answer is due, and nothing of it has come since the last time. */
  private isSilent(): boolean {
    const { bytesRead, bytesWritten } = this.socket;
    const isSilent = bytesRead === this.lastRead && bytesWritten !== this.answered;
    this.lastRead = bytesRead;
    return isSilent;
  }

  private async look(): Promise<void> {
    this.looks = this.isSilent() ? this.looks + 1 : 0;
    if (this.looks === 0) this.askAt = 1;
    else if (this.processId === undefined) {
      if (this.looks >= LOOKS_AT_FIRST) this.abandon();
    } else if (this.looks >= this.askAt && !this.isAsking) await this.ask(this.processId);
  }

  private async ask(processId: number): Promise<void> {
    this.isAsking = true;
    const verdict = await this.probe(processId);
    this.isAsking = false;
    if (verdict === 'works') this.askAt = this.looks * 2;
    // It may have answered meanwhile.
    else if (verdict === 'lost' && this.looks > 0 && this.isSilent()) {
      this.abandon();
      this.onLost();
    }
  }

  /** Asks over another connection whether the session is at work for this one. */
  private async probe(processId: number): Promise<Verdict> {
    // The pool hides the password from whoever copies its settings.
    const { password } = this.config;
    const limits = { connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS };
    const probe = new pg.Client({ ...this.config, ...limits, ...(password !== undefined && { password }) });
    probe.on('error', () => undefined);
    try {
      await probe.connect();
      const {
        rows: [row],
      } = await probe.query<Probed>(PROBE, [processId]);
      const { processID } = probe as unknown as { readonly processID: number };
      if (row?.own !== processID) return 'unknown';
      return row.works === true ? 'works' : 'lost';
    } catch {
      return 'unknown';
    } finally {
      probe.end().catch(() => undefined);
    }
  }
}

/** A pool of such connections: with one that is lost go those that nobody uses, which are likely lost too. */
export function openAttentivePool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, Client: AttentiveClient });
  const unused = new Set<AttentiveClient>();
  const abandonUnused = (): void => {
    for (const client of unused) client.abandon();
  };
  pool.on('connect', (client) => {
    if (client instanceof AttentiveClient) client.onLost = abandonUnused;
  });
  pool.on('release', (_error, client) => {
    if (client instanceof AttentiveClient) unused.add(client);
  });
  for (const event of ['acquire', 'remove'] as const)
    pool.on(event, (client) => {
      if (client instanceof AttentiveClient) unused.delete(client);
    });
  return pool;
}
