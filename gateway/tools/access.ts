/**
 * `npm run access`: the access matrix as a table; with `-- Type.field` who may use that field and why; with
 * `-- --repair` the databases' roles and grants are made what the matrix says.
 */
import { readEnvironment } from '@metatron/platform/env';
import { runProgram } from '@metatron/platform/program';
import { loadStorage } from '@metatron/platform/registry';

import { readSupergraph } from '../src/supergraph.ts';

import { explainCoordinate } from './explainCoordinate.ts';
import { matrixTable } from './matrixTable.ts';

async function repair(): Promise<string> {
  const differences = await (await loadStorage()).repairAccess(readEnvironment());
  if (differences.length === 0) return 'Every database allows what the access matrix says, and no more.';
  return ['What was different, and is no longer:', ...differences].join('\n  ');
}

await runProgram(async () => {
  const [what] = process.argv.slice(2);
  if (what === '--repair') console.log(await repair());
  else if (what === undefined) console.log(matrixTable());
  else console.log(explainCoordinate(what, readSupergraph().owners).join('\n'));
});
