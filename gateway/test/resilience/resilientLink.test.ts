/** One subgraph that fails, behind what the gateway has against that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEADLINE_HEADER } from '@metatron/platform/callDeadline';
import type { Caller } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';

import { eventually } from '../../../platform/test/programs.ts';
import { Metrics } from '../../src/metrics.ts';
import { remoteLink } from '../../src/remoteLink.ts';
import { resilientLink } from '../../src/resilience/resilientLink.ts';
import { RESILIENCE, type ResilienceSettings } from '../../src/resilience/settings.ts';
import type { SubgraphLink } from '../../src/subgraphSource.ts';

import { after, answering, FaultySubgraph, never, reset, trickling, type Behaviour } from './faultySubgraph.ts';

const caller: Caller = { identity: { kind: 'anonymous' }, requestId: 'a-request', address: '', userAgent: '' };
const query = { query: '{ a }', caller };
const mutation = { query: 'mutation { a }', caller };
const directory = mkdtempSync(join(tmpdir(), 'resilience-'));
const started: FaultySubgraph[] = [];
let keys: KeyRing;

beforeAll(async () => {
  keys = await openKeyRing(join(directory, 'keys.json'));
});

afterAll(async () => {
  await Promise.all(started.map((subgraph) => subgraph.kill()));
  rmSync(directory, { recursive: true });
});

type Changes = { readonly [Part in keyof ResilienceSettings]?: Partial<ResilienceSettings[Part]> };

function settingsWith(changes: Changes): ResilienceSettings {
  const { patience, retries, breaker, slots } = RESILIENCE;
  return {
    patience: { ...patience, query: 10_000, ...changes.patience },
    retries: { ...retries, pause: 10, ...changes.retries },
    breaker: { ...breaker, ...changes.breaker },
    slots: { ...slots, ...changes.slots },
  };
}

interface Bench {
  readonly subgraph: FaultySubgraph;
  readonly link: SubgraphLink;
  readonly figure: (name: string) => Promise<string | undefined>;
}

async function open(behaviour?: Behaviour, changes: Changes = {}): Promise<Bench> {
  const subgraph = await new FaultySubgraph(behaviour).start();
  started.push(subgraph);
  const metrics = new Metrics();
  const options = { metrics, log: createLog('silent'), settings: settingsWith(changes) };
  const link = resilientLink(remoteLink('crm', subgraph.url, keys), options);
  const figure = async (name: string): Promise<string | undefined> =>
    (await metrics.registry.metrics())
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1);
  return { subgraph, link, figure };
}

const kindOf = (error: unknown): unknown => (error as { kind?: unknown }).kind;

const untilAsked = (subgraph: FaultySubgraph): Promise<void> =>
  eventually(() => {
    expect(subgraph.asked).toHaveLength(1);
    return Promise.resolve();
  }, 5_000);

const outcome = (kind: string): string => `metatron_subgraph_fetches_total{subgraph="crm",outcome="${kind}"}`;
const failing = (kind: string): unknown => expect.objectContaining({ code: 'SERVICE_UNAVAILABLE', kind });
const answer = { data: { a: 1 } };

describe('a fetch that takes too long', () => {
  test.each<[string, Behaviour]>([
    ['without an answer', never],
    ['in small pieces', trickling],
  ])('%s ends at its deadline, and the subgraph hears of it', async (_how, behaviour) => {
    const { subgraph, link, figure } = await open(behaviour, { patience: { query: 300 } });
    const startedAt = performance.now();
    await expect(link.execute(query)).rejects.toEqual(failing('late'));
    expect(performance.now() - startedAt).toBeGreaterThan(280);
    expect(subgraph.asked).toHaveLength(1);
    expect(await figure(outcome('late'))).toBe('1');
    await eventually(() => {
      expect(subgraph.abandoned).toBe(1);
      return Promise.resolve();
    }, 5_000);
  });

  test('tells the subgraph how long its answer is awaited', async () => {
    const { subgraph, link } = await open();
    await link.execute(query);
    await link.execute({ ...query, deadlineAt: performance.now() + 100 });
    await link.execute(mutation);
    const [own, requests, mutations] = subgraph.headers.map((headers) => Number(headers[DEADLINE_HEADER]));
    expect(own).toBeGreaterThan(1_000);
    expect(own).toBeLessThanOrEqual(10_000);
    expect(requests).toBeLessThanOrEqual(100);
    expect(mutations).toBeGreaterThan(20_000);
  });

  test('ends with its request, which is not the subgraph’s fault', async () => {
    const { link } = await open(never);
    await expect(link.execute({ ...query, deadlineAt: performance.now() + 50 })).rejects.toEqual(failing('expired'));
  });

  test('is not sent when the request’s time is over', async () => {
    const { subgraph, link } = await open();
    await expect(link.execute({ ...query, deadlineAt: performance.now() - 1 })).rejects.toEqual(failing('expired'));
    await expect(link.execute({ ...mutation, deadlineAt: performance.now() - 1 })).rejects.toEqual(failing('expired'));
    expect(subgraph.asked).toHaveLength(0);
  });

  test('leaves the next one less time, until there is an answer again', async () => {
    const { subgraph, link } = await open(never, { patience: { query: 1_000, afterLate: 50 } });
    const took = async (): Promise<number> => {
      const startedAt = performance.now();
      await link.execute(query).catch(() => undefined);
      return performance.now() - startedAt;
    };
    expect(await took()).toBeGreaterThan(980);
    expect(await took()).toBeLessThan(980);
    subgraph.behaviour = answering(answer);
    await link.execute(query);
    subgraph.behaviour = never;
    expect(await took()).toBeGreaterThan(980);
  });
});

describe('an asker who leaves', () => {
  test('ends a query', async () => {
    const { subgraph, link, figure } = await open(never);
    const asker = new AbortController();
    const asking = link.execute({ ...query, signal: asker.signal });
    await untilAsked(subgraph);
    asker.abort();
    await expect(asking).rejects.toEqual(failing('abandoned'));
    expect(await figure(outcome('abandoned'))).toBe('1');
    await expect(link.execute({ ...query, signal: asker.signal })).rejects.toEqual(failing('abandoned'));
    expect(subgraph.asked).toHaveLength(1);
  });

  test('does not end a mutation, nor does the request’s own end', async () => {
    const { subgraph, link } = await open(after(200, answering(answer)));
    const asker = new AbortController();
    const asking = link.execute({ ...mutation, signal: asker.signal, deadlineAt: performance.now() + 100 });
    await untilAsked(subgraph);
    asker.abort();
    expect(await asking).toEqual(answer);
    expect(subgraph.abandoned).toBe(0);
  });
});

describe('a subgraph that did not answer at all', () => {
  const failingOnce = (fault: Behaviour): Behaviour => {
    let isFirst = true;
    return (...exchange) => {
      (isFirst ? fault : answering(answer))(...exchange);
      isFirst = false;
    };
  };

  test.each<[string, Behaviour]>([
    ['broke off', reset],
    ['has a proxy before it that finds nobody', answering('', 502)],
    ['is stopping', answering('', 503)],
  ])('is asked a query once more when it %s', async (_how, fault) => {
    const { subgraph, link, figure } = await open(failingOnce(fault));
    expect(await link.execute(query)).toEqual(answer);
    expect(subgraph.asked).toHaveLength(2);
    expect(await figure('metatron_subgraph_retries_total{subgraph="crm"}')).toBe('1');
  });

  test('is not asked a mutation twice', async () => {
    const { subgraph, link } = await open(failingOnce(reset));
    await expect(link.execute(mutation)).rejects.toEqual(failing('unreached'));
    expect(subgraph.asked).toHaveLength(1);
  });

  test('is not asked again when it has answered something', async () => {
    const { subgraph, link } = await open(failingOnce(answering('<html>')));
    await expect(link.execute(query)).rejects.toEqual(failing('garbled'));
    expect(subgraph.asked).toHaveLength(1);
  });

  test('is asked three times and no more', async () => {
    const { subgraph, link } = await open(reset);
    await expect(link.execute(query)).rejects.toEqual(failing('unreached'));
    expect(subgraph.asked).toHaveLength(3);
  });

  test('answers the first query after its restart, over the connections from before', async () => {
    const { subgraph, link } = await open();
    await Promise.all(Array.from({ length: 8 }, () => link.execute(query)));
    await subgraph.kill();
    await subgraph.start();
    const answers = await Promise.all(Array.from({ length: 8 }, () => link.execute(query)));
    expect(answers).toEqual(Array.from({ length: 8 }, () => answer));
  });
});

describe('the breaker', () => {
  const breaker = { windowMs: 2_000, perSecond: 2, pauseMs: 500 };
  const fail = (link: SubgraphLink): Promise<unknown> => link.execute(query).catch((error: unknown) => error);

  test('opens after failures, lets one fetch try, and closes after its answer', async () => {
    const { subgraph, link, figure } = await open(answering('<html>'), { breaker });
    for (let nth = 0; nth < 4; nth += 1) expect(await fail(link)).toEqual(failing('garbled'));
    expect(await fail(link)).toEqual(failing('open'));
    expect(subgraph.asked).toHaveLength(4);
    const state = 'metatron_subgraph_breaker_state{subgraph="crm"}';
    expect(await figure(state)).toBe('2');
    subgraph.behaviour = after(100, answering(answer));
    await eventually(async () => {
      const [first, second] = await Promise.all([fail(link), fail(link)]);
      expect([first, second]).toEqual([answer, failing('open')]);
    }, 5_000);
    expect(subgraph.asked).toHaveLength(5);
    expect(await figure(state)).toBe('0');
    expect(await fail(link)).toEqual(answer);
  });

  test('stays open while the fetch that tries fails', async () => {
    const { subgraph, link } = await open(never, { breaker, patience: { query: 30 } });
    await Promise.all(Array.from({ length: 4 }, () => fail(link)));
    await eventually(async () => expect(await fail(link)).toEqual(failing('late')), 5_000);
    expect(await fail(link)).toEqual(failing('open'));
    expect(subgraph.asked).toHaveLength(5);
  });

  test('minds neither errors in GraphQL, nor askers who leave, nor requests whose time is over', async () => {
    const { subgraph, link, figure } = await open(answering({ errors: [{ message: 'no' }] }), { breaker });
    for (let nth = 0; nth < 10; nth += 1) await link.execute(query);
    subgraph.behaviour = never;
    const asks = Array.from({ length: 30 }, (_, nth) =>
      link.execute({
        ...query,
        ...(nth % 2 === 0 ? { signal: AbortSignal.timeout(20) } : { deadlineAt: performance.now() + 20 }),
      }),
    );
    await Promise.allSettled(asks);
    expect(await figure('metatron_subgraph_breaker_state{subgraph="crm"}')).toBe('0');
  });
});

describe('more than a subgraph can take', () => {
  const slots = { running: 2, waiting: 2 };

  test('waits in order as far as there is room, the rest is refused at once', async () => {
    // One at a time: two connections would not keep an order.
    const ownSlots = { running: 1, waiting: 2 };
    const { subgraph, link, figure } = await open(after(50, answering(answer)), { slots: ownSlots });
    const asks = Array.from({ length: 5 }, (_, nth) =>
      link.execute({ ...query, variables: { nth } }).then(() => 'answered', kindOf),
    );
    expect(await figure('metatron_subgraph_queue_length{subgraph="crm"}')).toBe('2');
    expect(await Promise.all(asks)).toEqual(['answered', 'answered', 'answered', 'busy', 'busy']);
    expect(subgraph.asked.map(({ variables }) => variables?.['nth'])).toEqual([0, 1, 2]);
    expect(await figure('metatron_subgraph_queue_length{subgraph="crm"}')).toBe('0');
  });

  test('is refused at once when it would wait longer than its deadline', async () => {
    const changes = { slots: { running: 1, waiting: 100 }, patience: { query: 1_000 } };
    const { link } = await open(after(50, answering(answer)), changes);
    // What a fetch usually takes is learnt from those before.
    for (let nth = 0; nth < 30; nth += 1) await link.execute(query);
    const asks = Array.from({ length: 60 }, () => {
      const startedAt = performance.now();
      return link.execute(query).then(
        () => ({ kind: 'answered', took: 0 }),
        (error: unknown) => ({ kind: kindOf(error), took: performance.now() - startedAt }),
      );
    });
    const ended = await Promise.all(asks);
    const busy = ended.filter(({ kind }) => kind === 'busy');
    expect(busy.length).toBeGreaterThanOrEqual(20);
    for (const { took } of busy) expect(took).toBeLessThan(500);
  });

  test('leaves no slot behind when it is broken off while it waits', async () => {
    const { subgraph, link } = await open(never, { slots, patience: { query: 60 }, breaker: { perSecond: 1_000 } });
    const four = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(Array.from({ length: 4 }, () => link.execute(query)));
    for (let round = 0; round < 5; round += 1)
      expect((await four()).map(({ status }) => status)).not.toContain('fulfilled');
    subgraph.behaviour = answering(answer);
    await eventually(async () => {
      expect((await four()).map(({ status }) => status)).not.toContain('rejected');
    }, 5_000);
  });
});
