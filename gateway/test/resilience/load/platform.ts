/** The processes of the load: a gateway as it is in production, and one for all services behind it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment } from '@metatron/platform/env';
import { openKeyRing } from '@metatron/platform/tokens';

import { addressOf, endAll, launch } from '../../launch.ts';

import type { Counted, Listening, Order } from './subgraphs.ts';

const USER = {
  kind: 'user',
  role: 'superadmin',
  tenantId: 'platform',
  userId: '00000000-0000-7000-8000-000000000001',
  sessionId: '00000000-0000-7000-8000-000000000002',
} as const;

async function startSubgraphs(): Promise<readonly [ChildProcess, Listening]> {
  const child = fork(join(import.meta.dirname, 'subgraphs.ts'), { env: childEnvironment({ NODE_OPTIONS: '' }) });
  const [listening] = (await once(child, 'message')) as [Listening];
  return [child, listening];
}

export class LoadedPlatform {
  readonly url: string;
  readonly token: string;
  private readonly subgraphs: ChildProcess;
  private readonly directory: string;

  private constructor(url: string, token: string, subgraphs: ChildProcess, directory: string) {
    this.url = url;
    this.token = token;
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
    const { token } = await keys.signAccess({ identity: USER, rightsVersion: 1 });
    return new LoadedPlatform(url, token, subgraphs, directory);
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
