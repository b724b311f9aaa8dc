import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';
import { wordsOf } from '../../../platform/test/mutations.ts';

import { change, countOf, done, idIn, refusal } from './crm.ts';

afterAll(closeSql);

const newLead = async (input: object = {}): Promise<string> =>
  (await done('lead', 'acme', 'leadCreate', { title: 'To be a deal', ...input })).id;

describe('leadConvert', () => {
  test('makes a deal with the lead’s terms, where the lead stands', async () => {
    const [customerId, assignedTo] = await Promise.all([idIn('acme', 'customer'), idIn('acme', 'user')]);
    const value = { amount: '12.50', currency: 'USD' };
    const id = await newLead({ customerId, assignedTo, value, stage: 'negotiation', probability: 80 });
    const { lead, deal } = await change('acme', 'leadConvert', { id });
    expect(lead).toMatchObject({ deal: { id: deal?.id }, convertedAt: expect.any(String), version: 2 });
    expect(deal).toMatchObject({
      title: 'To be a deal',
      stage: 'negotiation',
      probability: 80,
      value,
      customer: { id: customerId },
      owner: { id: assignedTo },
      lead: { id },
      stageHistory: { totalCount: 1 },
    });
  });

  test('takes what differs from its input, and fills a customer that the lead lacks', async () => {
    const id = await newLead();
    const customerId = await idIn('acme', 'customer');
    const value = { amount: '5', currency: 'JPY' };
    const { lead, deal } = await change('acme', 'leadConvert', { id, customerId, value, title: 'Signed' });
    expect(lead?.customer).toEqual({ id: customerId });
    expect(deal).toMatchObject({ title: 'Signed', value, customer: { id: customerId }, stage: 'prospect' });
  });

  test('a second time is a CONFLICT, also at the same time', async () => {
    const id = await newLead();
    const answers = await Promise.all([1, 2, 3].map(() => change('acme', 'leadConvert', { id })));
    expect(answers.filter(({ deal }) => deal !== null)).toHaveLength(1);
    expect(wordsOf(answers.flatMap(({ userErrors }) => userErrors))).toBe('CONFLICT id, CONFLICT id');
    expect(await refusal('acme', 'leadConvert', { id })).toBe('CONFLICT id');
    expect(await countOf('deals WHERE lead_id = $1', [id])).toBe(1);
  });

  test('with the same key answers the same deal', async () => {
    const id = await newLead();
    const input = { id, title: 'Once', idempotencyKey: `convert ${id}` };
    const first = await done('deal', 'acme', 'leadConvert', input);
    expect(await done('deal', 'acme', 'leadConvert', input)).toEqual(first);
    expect(await refusal('acme', 'leadConvert', { ...input, title: 'Twice' })).toBe('CONFLICT idempotencyKey');
  });

  test('leaves the lead read-only', async () => {
    const id = await newLead();
    await done('deal', 'acme', 'leadConvert', { id });
    expect(await refusal('acme', 'leadUpdate', { id, title: 'Later' })).toBe('CONFLICT id');
    expect(await refusal('acme', 'leadAssign', { id, assignedTo: null })).toBe('CONFLICT id');
    expect(await refusal('acme', 'leadStageMove', { id, stage: 'proposal' })).toBe('CONFLICT stage');
  });

  test('refuses a lost lead, another customer than the lead’s, a closed stage and a stale version', async () => {
    const lost = await newLead({ stage: 'lost', lostReason: 'price' });
    expect(await refusal('acme', 'leadConvert', { id: lost })).toBe('CONFLICT id');
    const other = (await done('customer', 'acme', 'customerCreate', { company: 'Another' })).id;
    const id = await newLead({ customerId: await idIn('acme', 'customer') });
    expect(await refusal('acme', 'leadConvert', { id, customerId: other })).toBe('INVALID customerId');
    expect(await refusal('acme', 'leadConvert', { id, stage: 'closed' })).toBe('INVALID stage');
    expect(await refusal('acme', 'leadConvert', { id, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await countOf('deals WHERE lead_id = ANY($1)', [[lost, id]])).toBe(0);
  });
});
