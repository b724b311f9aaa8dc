/** Floods at a real gateway, whose limits are small. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ask, closeSql, dataDirectory, tokenOf } from '../../../platform/test/kit.ts';
import { expectIncidents, incidentOf, sendFrom } from '../incidents.ts';
import { addressOf, endAll, launch, START_MS } from '../launch.ts';

let endpoint: string;

beforeAll(async () => {
  // A hundred requests in ten seconds of a person, or of nobody; three hundred from one address.
  const environment = { DATA_DIR: dataDirectory, RATE_LIMIT_FACTOR: '0.01', ALLOWED_ORIGINS: 'https://app.example' };
  endpoint = await addressOf(launch(['gateway/src/service.ts', 'gateway'], environment), /listens on (http\S+)/);
}, START_MS);

afterAll(async () => {
  await endAll();
  await closeSql();
});

test('a person who floods is refused, with the time to wait, and nobody else', async () => {
  const token = await tokenOf('globex');
  const statuses = new Map<number, number>();
  for (let nth = 0; nth < 120; nth += 1) {
    const { status, errors } = await ask('{ me { email } }', { token, endpoint });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 429)
      expect(errors).toMatchObject([{ extensions: { code: 'THROTTLED', requestId: expect.any(String) } }]);
  }
  expect(statuses.get(429)).toBeGreaterThanOrEqual(20);
  expect(statuses.get(200)).toBeLessThanOrEqual(100);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const refused = await fetch(`${endpoint}/graphql`, {
    method: 'POST',
    headers,
    body: '{ "query": "{ me { email } }" }',
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const file = await fetch(`${endpoint}/media/globex/a.csv`, { headers });
  expect(file.status).toBe(429);
  expect(Number(file.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await ask('{ me { email } }', { token: await tokenOf('acme'), endpoint });
  expect(other.errors).toBeUndefined();
});

test('an address that floods is refused before anything is read, and still sees that the gateway lives', async () => {
  const from = '127.0.9.61';
  const answers: string[] = [];
  const burst = Array.from({ length: 400 }, () => sendFrom({ from, to: `${endpoint}/graphql`, query: '{ nothing }' }));
  answers.push(...(await Promise.all(burst)));
  const refused = answers.filter((answer) => answer.includes('THROTTLED'));
  expect(refused.length).toBeGreaterThanOrEqual(200);
  await expectIncidents(from, [
    incidentOf('throttled', 'medium', { count: refused.length, coordinates: ['address', 'anonymous'] }),
  ]);
  expect(await sendFrom({ from, to: endpoint, route: ['GET', '/health'] })).toContain('"ok"');
});
