import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, signIn } from '../../../platform/test/kit.ts';

import { change, done, idIn, refusal } from './crm.ts';

afterAll(closeSql);

const newLead = (input: object = {}) => done('lead', 'acme', 'leadCreate', { title: 'A lead', ...input });

describe('leadCreate', () => {
  test('adds a lead with its terms, in the stage that is named in whatever case', async () => {
    const [customerId, assignedTo] = await Promise.all([idIn('acme', 'customer'), idIn('acme', 'user')]);
    const lead = await newLead({
      customerId,
      title: ' Trimmed ',
      value: { amount: '12.50', currency: 'USD' },
      stage: 'QUALIFIED',
      probability: 33,
      expectedCloseDate: '2027-01-31',
      assignedTo,
      source: 'web',
    });
    expect(lead).toMatchObject({
      title: 'Trimmed',
      value: { amount: '12.50', currency: 'USD' },
      stage: 'qualified',
      stageKind: 'OPEN',
      probability: 33,
      customer: { id: customerId },
      assignee: { id: assignedTo },
      version: 1,
      stageHistory: { totalCount: 1, edges: [{ node: { fromStage: null, toStage: 'qualified' } }] },
    });
  });

  test('begins in the default pipeline’s first open stage, with that stage’s chance', async () => {
    const lead = await newLead();
    expect(lead).toMatchObject({
      stage: 'prospect',
      probability: 10,
      value: null,
      pipeline: { id: await idIn('acme', 'pipeline') },
    });
  });

  test('keeps as many decimals as the currency has', async () => {
    const dinars = await newLead({ value: { amount: '1.234', currency: 'BHD' } });
    const yen = await newLead({ value: { amount: '1500', currency: 'JPY' } });
    expect([dinars.value?.amount, yen.value?.amount]).toEqual(['1.234', '1500']);
  });

  test.each<[string, object, string]>([
    ['an empty title', { title: '  ' }, 'INVALID title'],
    ['a stage of no pipeline', { stage: 'nowhere' }, 'INVALID stage'],
    ['a chance above 100', { probability: 101 }, 'INVALID probability'],
    ['a won stage that is not certain', { stage: 'closed', probability: 99 }, 'INVALID probability'],
    ['a loss without a reason', { stage: 'lost' }, 'INVALID lostReason'],
    ['a reason without a loss', { lostReason: 'price' }, 'INVALID lostReason'],
    ['half a yen', { value: { amount: '1.5', currency: 'JPY' } }, 'INVALID value.amount'],
    ['a tenth of a cent', { value: { amount: '1.234', currency: 'USD' } }, 'INVALID value.amount'],
    ['a negative value', { value: { amount: '-1', currency: 'USD' } }, 'INVALID value.amount'],
    ['a value beyond all money', { value: { amount: '10000000000000', currency: 'USD' } }, 'INVALID value.amount'],
    ['a day before all calendars', { expectedCloseDate: '0001-01-01' }, 'INVALID expectedCloseDate'],
  ])('refuses %s', async (_what, input, expected) => {
    expect(await refusal('acme', 'leadCreate', { title: 'A lead', ...input })).toBe(expected);
  });
});

describe('leadUpdate', () => {
  test('changes what it names and resets a chance that is taken away to the stage’s own', async () => {
    const { id } = await newLead({ stage: 'qualified', probability: 33, value: { amount: '9.00', currency: 'EUR' } });
    const lead = await done('lead', 'acme', 'leadUpdate', {
      id,
      expectedVersion: 1,
      title: 'Renamed',
      probability: null,
    });
    expect(lead).toMatchObject({
      title: 'Renamed',
      probability: 25,
      value: { amount: '9.00', currency: 'EUR' },
      version: 2,
      stageHistory: { totalCount: 1 },
    });
    const input = { id, expectedVersion: 1, title: 'Too late' };
    expect(await refusal('acme', 'leadUpdate', input)).toBe('CONFLICT expectedVersion');
  });

  test('holds a won lead at 100 percent', async () => {
    const { id } = await newLead();
    const won = await done('lead', 'acme', 'leadUpdate', { id, stage: 'closed' });
    expect(won).toMatchObject({ stageKind: 'WON', probability: 100 });
    expect(await refusal('acme', 'leadUpdate', { id, probability: 50 })).toBe('INVALID probability');
  });
});

describe('leadAssign', () => {
  test('gives a lead to a user of its tenant and takes it from everybody', async () => {
    const { id } = await newLead();
    const assignedTo = await idIn('acme', 'user');
    expect((await done('lead', 'acme', 'leadAssign', { id, assignedTo })).assignee).toEqual({ id: assignedTo });
    expect((await done('lead', 'acme', 'leadAssign', { id, assignedTo: null })).assignee).toBeNull();
    const stale = { id, assignedTo, expectedVersion: 1 };
    expect(await refusal('acme', 'leadAssign', stale)).toBe('CONFLICT expectedVersion');
  });

  test('gives no lead to a user of another tenant, nor to the platform’s staff', async () => {
    const { id } = await newLead();
    for (const tenant of ['globex', 'platform']) {
      const input = { id, assignedTo: await idIn(tenant, 'user') };
      expect(await refusal('acme', 'leadAssign', input)).toBe('NOT_FOUND assignedTo');
      expect(await refusal('admin', 'leadAssign', input)).toBe('NOT_FOUND assignedTo');
    }
  });
});

describe('leadStageMove', () => {
  test('takes on the stage’s chance and notes who moved it', async () => {
    const { id } = await newLead();
    const lead = await done('lead', 'acme', 'leadStageMove', { id, stage: 'PROPOSAL' });
    const { user } = await signIn('acme');
    expect(lead).toMatchObject({ stage: 'proposal', probability: 50, version: 2 });
    expect(lead.stageHistory.edges.map(({ node }) => node)).toEqual([
      { fromStage: null, toStage: 'prospect', changedBy: { id: user.id } },
      { fromStage: 'prospect', toStage: 'proposal', changedBy: { id: user.id } },
    ]);
  });

  test('needs a reason for a loss, which can only be reopened', async () => {
    const { id } = await newLead();
    expect(await refusal('acme', 'leadStageMove', { id, stage: 'lost' })).toBe('INVALID lostReason');
    const lost = await done('lead', 'acme', 'leadStageMove', { id, stage: 'lost', lostReason: 'price' });
    expect(lost).toMatchObject({ stageKind: 'LOST', probability: 0, lostReason: 'price' });
    expect(await refusal('acme', 'leadStageMove', { id, stage: 'closed' })).toBe('CONFLICT stage');
    const reopened = await done('lead', 'acme', 'leadStageMove', { id, stage: 'negotiation' });
    expect(reopened).toMatchObject({ stageKind: 'OPEN', probability: 75, lostReason: null });
  });

  test('within the same stage changes the chance and writes no history', async () => {
    const { id } = await newLead();
    const lead = await done('lead', 'acme', 'leadStageMove', { id, stage: 'prospect', probability: 15 });
    expect(lead).toMatchObject({ probability: 15, version: 2, stageHistory: { totalCount: 1 } });
    const stale = { id, stage: 'proposal', expectedVersion: 1 };
    expect(await refusal('acme', 'leadStageMove', stale)).toBe('CONFLICT expectedVersion');
  });

  test('of many at once leaves one row of history for each that changed the stage', async () => {
    const { id } = await newLead();
    const stages = ['qualified', 'proposal', 'negotiation', 'qualified', 'proposal', 'negotiation'];
    const answers = await Promise.all(stages.map((stage) => change('acme', 'leadStageMove', { id, stage })));
    expect(answers.every(({ userErrors }) => userErrors.length === 0)).toBe(true);
    const lead = await done('lead', 'acme', 'leadUpdate', { id, title: 'Moved' });
    const history = lead.stageHistory.edges.map(({ node }) => node);
    expect(history.map(({ fromStage }) => fromStage)).toEqual([
      null,
      ...history.slice(0, -1).map(({ toStage }) => toStage),
    ]);
    expect(history.every(({ fromStage, toStage }) => fromStage !== toStage)).toBe(true);
    expect(history.at(-1)?.toStage).toBe(lead.stage);
    expect(lead.version).toBe(stages.length + 2);
  });
});
