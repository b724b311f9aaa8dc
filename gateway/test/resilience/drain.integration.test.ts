/** Processes that are asked to end while they are asked for answers. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ask, tokenOf } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';
import { endAll, launchService, serviceAddressOf, START_MS, type Launched } from '../launch.ts';

import { KeptLoad } from './keptLoad.ts';

const PLANS = '{ plans(first: 1) { totalCount } }';
const BOTH = '{ plans(first: 1) { totalCount } customers(first: 1) { totalCount } }';
const REFUSED = 'mutation { leadCreate(input: { title: "" }) { lead { id } userErrors { code } } }';

let crm: Launched;
let crmUrl: string;
let gateway: Launched;
let endpoint: string;
let token: string;

beforeAll(async () => {
  crm = launchService('crm');
  crmUrl = await serviceAddressOf(crm);
  gateway = launchService('gateway', { SUBGRAPH_URL_CRM: crmUrl });
  endpoint = await serviceAddressOf(gateway);
  token = await tokenOf('acme');
}, START_MS);

afterAll(endAll);

/** Looks whether somebody listens there, and notes when it was so. */
function watchDoor(url: string): { lastOpenAt: number; stop: () => void } {
  const { hostname, port } = new URL(url);
  const door = { lastOpenAt: 0, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    const knockedAt = performance.now();
    const socket = connect(Number(port), hostname, () => {
      door.lastOpenAt = Math.max(door.lastOpenAt, knockedAt);
      socket.destroy();
    });
    socket.on('error', () => undefined);
  }, 10);
  return door;
}

test(
  'a service that is restarted behind the gateway costs no answer before it is gone, and its own fields until it is back',
  async () => {
    const whole = (await ask(BOTH, { token, endpoint })).text;
    const load = new KeptLoad({ url: endpoint, token, queries: [BOTH], clients: 8 });
    await sleep(300);
    const door = watchDoor(crmUrl);
    crm.child.kill('SIGTERM');
    expect(await crm.ended).toBe(0);
    door.stop();
    crm = launchService('crm', { PORT: new URL(crmUrl).port });
    await serviceAddressOf(crm);
    await eventually(async () => expect((await ask(BOTH, { token, endpoint })).text).toBe(whole), 10_000);
    const backAt = performance.now();
    await sleep(300);
    await load.end();

    expect(load.failed).toEqual([]);
    const [early, late] = [
      load.answered.filter(({ endedAt }) => endedAt <= door.lastOpenAt),
      load.answered.filter(({ sentAt }) => sentAt >= backAt),
    ];
    for (const answers of [early, late]) expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([whole]));
    const plans = (JSON.parse(whole) as { data: { plans: unknown } }).data.plans;
    for (const { status, body } of load.answered) {
      expect(status).toBe(200);
      if (body === whole) continue;
      expect(JSON.parse(body)).toMatchObject({
        data: { plans, customers: null },
        errors: [{ path: ['customers'], extensions: { code: 'SERVICE_UNAVAILABLE' } }],
      });
    }
  },
  START_MS,
);

test(
  'a gateway that is asked to end loses no request of a connection that it has let in',
  async () => {
    const load = new KeptLoad({ url: endpoint, token, queries: [PLANS, BOTH, REFUSED, PLANS], clients: 12 });
    await sleep(300);
    gateway.child.kill('SIGTERM');
    const askedAt = performance.now();
    await sleep(200);
    expect((await fetch(`${endpoint}/ready`)).status).toBe(503);
    expect(await gateway.ended).toBe(0);
    await load.ended;

    expect(load.answered.every(({ status }) => status === 200)).toBe(true);
    const afterwards = load.answered.filter(({ sentAt }) => sentAt > askedAt + 100);
    expect(afterwards.length).toBeGreaterThan(12);
    expect(afterwards.every(({ isLastOfConnection }) => isLastOfConnection)).toBe(true);
    // Each client has ended with a connection that it did not get.
    expect(load.failed).toHaveLength(12);
    expect(load.failed.filter(({ isKept }) => isKept)).toEqual([]);
    for (const { code } of load.failed) expect(['ECONNREFUSED', 'ECONNRESET']).toContain(code);
  },
  START_MS,
);
