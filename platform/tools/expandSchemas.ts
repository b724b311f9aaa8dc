/**
 * Writes each subgraph's whole schema beside its code: `schema.graphql` as the gateway composes
 * it, and `internal.graphql` with enum values as resolvers see them, for the types of the code.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { print } from 'graphql';

import { domains } from '../src/domains.ts';
import { printInternal } from '../src/sdl/expand.ts';
import { readSchema, subgraphDirectory } from '../src/sdl/files.ts';

for (const domain of domains) {
  const { document } = readSchema(domain);
  const directory = join(subgraphDirectory(domain), 'src', 'generated');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'schema.graphql'), `${print(document)}\n`);
  writeFileSync(join(directory, 'internal.graphql'), `${printInternal(document)}\n`);
}
