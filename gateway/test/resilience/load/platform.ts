/** The processes of the load: a gateway as it is in production, and one for all services behind it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment } from '@metatron/platform/env';
import type { UserIdentity } from '@metatron/platform/identity';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';

import type { Pool } from 'undici';

import { addressOf, endAll, launch } from '../../launch.ts';

import type { Counted, Listening, Order } from './subgraphs.ts';

/** So many that hardly two of them ask the same at once: nothing that is shared makes the load less. */
const PEOPLE = 100;

const personOf = (nth: number): UserIdentity => ({
  ...{ kind: 'user', role: 'superadmin', tenantId: 'platform' },
  userId: `00000000-0000-7000-8000-0000000001${String(nth).padStart(2, '0')}`,
  sessionId: `00000000-0000-7000-8000-0000000002${String(nth).padStart(2, '0')}`,
});

const tokensOf = (keys: KeyRing): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: PEOPLE }, async (_, nth) => {
      const { token } = await keys.signAccess({ identity: personOf(nth), rightsVersion: 1 });
      return token;
    }),
  );

export interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Whose request it is. */
  readonly nth: number;
  /** The request's own. */
  readonly id: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** When it may be asked again, as HTTP says it. */
  readonly retryAfter: string | undefined;
}

async function startSubgraphs(): Promise<readonly [ChildProcess, Listening]> {
  const child = fork(join(import.meta.dirname, 'subgraphs.ts'), { env: childEnvironment({ NODE_OPTIONS: '' }) });
  const [listening] = (await once(child, 'message')) as [Listening];
  return [child, listening];
}

export class LoadedPlatform {
  readonly url: string;
  private readonly tokens: readonly string[];
  private readonly subgraphs: ChildProcess;
  private readonly directory: string;

  private constructor(url: string, tokens: readonly string[], subgraphs: ChildProcess, directory: string) {
    this.url = url;
    this.tokens = tokens;
    this.subgraphs = subgraphs;
    this.directory = directory;
  }

  static async start(): Promise<LoadedPlatform> {
    const directory = mkdtempSync(join(tmpdir(), 'load-'));
    const keysFile = join(directory, 'keys.json');
    const keys = await openKeyRing(keysFile);
    const [subgraphs, { urls }] = await startSubgraphs();
    const variables = Object.entries(urls).map(([name, url]) => [`SUBGRAPH_URL_${name.toUpperCase()}`, url] as const);
    const environment = { DATA_DIR: directory, SIGNING_KEYS_FILE: keysFile, ...Object.fromEntries(variables) };
    const gateway = launch(['gateway/src/service.ts', 'gateway'], environment);
    const url = await addressOf(gateway, /listens on (http\S+)/);
    return new LoadedPlatform(url, await tokensOf(keys), subgraphs, directory);
  }

  /** Sends a request as one of many people. */
  async ask(pool: Pool, { query, variables, nth, id }: Ask): Promise<Answered> {
    const authorization = `Bearer ${this.tokens[nth % this.tokens.length] ?? ''}`;
    const headers = { 'content-type': 'application/json', authorization, 'x-request-id': id };
    const body = JSON.stringify({ query, variables });
    const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
    const retryAfter = answer.headers['retry-after'];
    const text = await answer.body.text();
    return { status: answer.statusCode, text, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined };
  }

  tell(order: Order): void {
    this.subgraphs.send(order);
  }

  /** How often each mutation has come to its service. */
  async mutations(): Promise<ReadonlyMap<string, number>> {
    this.subgraphs.send('count');
    const [counted] = (await once(this.subgraphs, 'message')) as [Counted];
    return new Map(counted.mutations);
  }

  /** A figure that the gateway tells of itself. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  }

  async stop(): Promise<void> {
    await endAll();
    const gone = once(this.subgraphs, 'exit');
    this.subgraphs.kill('SIGKILL');
    await gone;
    rmSync(this.directory, { recursive: true });
  }
}
