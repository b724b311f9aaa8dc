/** `npm run test:load -- --rate 300 --seconds 60 --seed 1`: the long run, kept in `bench/results/load.json`. */
import { parseArgs } from 'node:util';

import { writeResult } from '../../writeResult.ts';

import { load, shareLeftOut } from './load.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
const options = {
  rate: Number(values.rate ?? 300),
  seconds: Number(values.seconds ?? 60),
  seed: Number(values.seed ?? 1),
};
/** Of a machine that others use as well; at rest it is 0. */
const MOST_LEFT_OUT = 0.01;
const loaded = await load(options);
const what =
  'requests to a gateway over seven remote services, of which one at a time is killed, silent, slow or answers garbage; each answer compared with what Apollo’s executor gives with and without that service';
const detail = { what, ...options, ...loaded };
writeResult('load', detail);
console.log(detail);
const leftOut = shareLeftOut(loaded);
if (leftOut > MOST_LEFT_OUT)
  console.error(`${(leftOut * 100).toFixed(1)} % were left out: see \`machine\` for what there was of it.`);
if (loaded.found.length > 0 || leftOut > MOST_LEFT_OUT) process.exitCode = 1;
