/** Starts the four subgraphs and writes the supergraph over them to a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../../processes.ts';

import { composeFour, type Service } from './schemas.ts';
import type { Kind } from './subgraphsProcess.ts';

export interface Four {
  readonly supergraphFile: string;
  /** Holds what belongs to the run. */
  readonly folder: string;
  /** What the subgraphs have been asked, or have used, so far. */
  ask(question: 'fetches' | 'cpu'): Promise<number>;
  stop(): Promise<void>;
}

export async function startFour(kind: Kind): Promise<Four> {
  const subgraphs = await startProcess(new URL('subgraphsProcess.ts', import.meta.url), {
    parameters: [kind],
    environment: { NODE_ENV: 'production' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'metatron-gateway-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composeFour(JSON.parse(subgraphs.ready) as Record<Service, string>));
  return {
    folder,
    supergraphFile,
    async ask(question) {
      subgraphs.send(question);
      return Number(await subgraphs.heard());
    },
    async stop() {
      await subgraphs.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
