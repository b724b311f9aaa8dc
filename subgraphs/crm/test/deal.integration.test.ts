import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';

import { done, idIn, refusal } from './crm.ts';

afterAll(closeSql);

const newDeal = async (input: object = {}): Promise<string> =>
  (await done('deal', 'acme', 'dealCreate', { title: 'A deal', ...input })).id;

describe('dealCreate', () => {
  test('adds a deal that is won already as closed and certain', async () => {
    const ownerId = await idIn('acme', 'user');
    const input = {
      title: 'Won',
      stage: 'closed',
      ownerId,
      value: { amount: '9.00', currency: 'USD' },
      tags: ['a', 'a'],
    };
    expect(await done('deal', 'acme', 'dealCreate', input)).toMatchObject({
      stageKind: 'WON',
      probability: 100,
      closedAt: expect.any(String),
      owner: { id: ownerId },
      tags: ['a'],
      stageHistory: { totalCount: 1 },
    });
  });

  test('adds an open deal as not closed', async () => {
    expect(await done('deal', 'acme', 'dealCreate', { title: 'Open' })).toMatchObject({
      stage: 'prospect',
      probability: 10,
      closedAt: null,
    });
  });

  test.each<[string, object, string]>([
    ['no title', { title: '' }, 'INVALID title'],
    ['half a yen', { value: { amount: '1.5', currency: 'JPY' } }, 'INVALID value.amount'],
    ['a tenth of a cent', { value: { amount: '1.234', currency: 'USD' } }, 'INVALID value.amount'],
    ['a loss without a reason', { stage: 'lost' }, 'INVALID lostReason'],
  ])('refuses %s', async (_what, input, expected) => {
    expect(await refusal('acme', 'dealCreate', { title: 'A deal', ...input })).toBe(expected);
  });
});

describe('dealUpdate', () => {
  test('changes terms and leaves a closed deal closed', async () => {
    const id = await newDeal({ stage: 'closed' });
    const value = { amount: '100.00', currency: 'EUR' };
    const deal = await done('deal', 'acme', 'dealUpdate', {
      id,
      title: 'More',
      value,
      ownerId: null,
      expectedVersion: 1,
    });
    expect(deal).toMatchObject({ title: 'More', value, owner: null, version: 2, closedAt: expect.any(String) });
    const stale = { id, title: 'Late', expectedVersion: 1 };
    expect(await refusal('acme', 'dealUpdate', stale)).toBe('CONFLICT expectedVersion');
    const inYen = { id, value: { amount: '1.5', currency: 'JPY' } };
    expect(await refusal('acme', 'dealUpdate', inYen)).toBe('INVALID value.amount');
  });
});

describe('dealWin', () => {
  test('closes an open deal as certain, once', async () => {
    const id = await newDeal();
    expect(await refusal('acme', 'dealWin', { id, stage: 'lost' })).toBe('INVALID stage');
    expect(await refusal('acme', 'dealWin', { id, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await done('deal', 'acme', 'dealWin', { id })).toMatchObject({
      stage: 'closed',
      stageKind: 'WON',
      probability: 100,
      closedAt: expect.any(String),
    });
    expect(await refusal('acme', 'dealWin', { id })).toBe('CONFLICT id');
    expect(await refusal('acme', 'dealLose', { id, lostReason: 'changed mind' })).toBe('CONFLICT id');
  });
});

describe('dealLose', () => {
  test('closes an open deal with a reason, once', async () => {
    const id = await newDeal();
    expect(await refusal('acme', 'dealLose', { id, lostReason: ' ' })).toBe('INVALID lostReason');
    expect(await refusal('acme', 'dealLose', { id, lostReason: 'x', expectedVersion: 2 })).toBe(
      'CONFLICT expectedVersion',
    );
    expect(await done('deal', 'acme', 'dealLose', { id, lostReason: 'budget' })).toMatchObject({
      stageKind: 'LOST',
      probability: 0,
      lostReason: 'budget',
      closedAt: expect.any(String),
    });
    expect(await refusal('acme', 'dealLose', { id, lostReason: 'again' })).toBe('CONFLICT id');
  });
});

describe('dealStageMove', () => {
  test('reopens what is closed, and goes from one decision to another only so', async () => {
    const id = await newDeal({ stage: 'closed' });
    expect(await refusal('acme', 'dealStageMove', { id, stage: 'lost', lostReason: 'x' })).toBe('CONFLICT stage');
    expect(await refusal('acme', 'dealStageMove', { id, stage: 'proposal', expectedVersion: 9 })).toBe(
      'CONFLICT expectedVersion',
    );
    const reopened = await done('deal', 'acme', 'dealStageMove', { id, stage: 'proposal' });
    expect(reopened).toMatchObject({ probability: 50, closedAt: null, stageHistory: { totalCount: 2 } });
    const lost = await done('deal', 'acme', 'dealStageMove', { id, stage: 'lost', lostReason: 'x' });
    expect(lost).toMatchObject({ probability: 0, lostReason: 'x', closedAt: expect.any(String) });
  });
});
