/** Our own cross-service query from HTTP to PostgreSQL and back, against the same rows by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { readEnvironment } from '@metatron/platform/env';
import { createLog } from '@metatron/platform/log';
import { openStorage } from '@metatron/prisma/storage';

import { round, takeTurns } from '../statistics.ts';

import { startContender, type Contender, type Turn } from './contenders.ts';
import { spread } from './figures.ts';
import { TENANT, TENANT_QUERY } from './tenant/query.ts';

const BODY = JSON.stringify({ query: TENANT_QUERY, variables: { id: TENANT } });
const SECONDS = 2;
/** A turn is a few hundred requests: V8 goes on compiling for several of them, which a server does once. */
const ROUNDS = { warmUps: 6, rounds: 9 };
const EMAIL = 'superadmin@metatron.example';

/** Signs in as people do. */
async function signIn(url: string, password: string): Promise<string> {
  const query = `mutation ($password: String!) { login(input: { email: "${EMAIL}", password: $password }) { accessToken } }`;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables: { password } });
  const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
    readonly data?: { readonly login?: { readonly accessToken: string | null } };
  };
  const token = answer.data?.login?.accessToken;
  if (token == null) throw new Error('the superadmin cannot sign in');
  return token;
}

async function compare(ours: Contender, bySql: Contender) {
  const [answer, expected] = [await ours.answer(BODY), await bySql.answer(BODY)];
  if (!isDeepStrictEqual(answer, expected))
    throw new Error(`not the same rows: ${JSON.stringify(answer).slice(0, 2_000)}`);
  const turn = (contender: Contender) => (): Promise<Turn> =>
    contender.turn({ mode: 'same', body: BODY, callers: 1, seconds: SECONDS });
  const taken = await takeTurns({ ours: turn(ours), bySql: turn(bySql) }, ROUNDS);
  const of = (name: keyof typeof taken) => ({
    cpuMs: spread(taken[name], ({ cpuMs }) => cpuMs),
    p50Ms: spread(taken[name], ({ p50 }) => p50),
  });
  const [own, sql] = [of('ours'), of('bySql')];
  const cpuRatio = round(own.cpuMs.median / sql.cpuMs.median);
  const timeRatio = round(own.p50Ms.median / sql.p50Ms.median);
  return {
    ratio: Math.max(cpuRatio, timeRatio),
    detail: { bytes: taken.ours[0]?.bytes, cpuRatio, timeRatio, ours: own, bySql: sql },
  };
}

export async function measureTenantQuery() {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-gateway-'));
  const storage = await openStorage(readEnvironment({ DATA_DIR: dataDirectory }), createLog('error'));
  try {
    const parameters = [dataDirectory];
    let token = '';
    const authorize = (): string => `Bearer ${token}`;
    const ours = await startContender(new URL('tenant/ours.ts', import.meta.url), { parameters, authorize });
    token = await signIn(ours.url, storage.demoPassword ?? '');
    const bySql = await startContender(new URL('tenant/bySql.ts', import.meta.url), { parameters });
    const compared = await compare(ours, bySql);
    await Promise.all([ours.stop(), bySql.stop()]);
    return compared;
  } finally {
    await storage.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
