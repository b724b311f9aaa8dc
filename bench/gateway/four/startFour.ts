/** Starts the four subgraphs and writes the supergraph over them to a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../../processes.ts';

import { composeFour, type Service } from './schemas.ts';

export interface Four {
  readonly supergraphFile: string;
  /** What the subgraphs have been asked, or have used, so far. */
  ask(question: 'fetches' | 'cpu'): Promise<number>;
  stop(): Promise<void>;
}

/** @param kind whether answers come from a record, or are computed each time */
export async function startFour(kind: 'recorded' | 'computed'): Promise<Four> {
  const subgraphs = await startProcess(new URL('subgraphsProcess.ts', import.meta.url), {
    parameters: [kind],
    environment: { NODE_ENV: 'production' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'metatron-gateway-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composeFour(JSON.parse(subgraphs.ready) as Record<Service, string>));
  return {
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
