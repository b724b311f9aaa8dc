/** Whatever is asked of a lead or a deal, in whatever order, what holds of it goes on to hold. */
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { change, done, type Noun } from './crm.ts';

afterAll(closeSql);

const RUNS = 10;

interface Step {
  readonly mutation: string;
  readonly input: object;
}

const reason = fc.option(fc.constantFrom('price', 'timing'), { nil: undefined });
const stage = fc.constantFrom('prospect', 'qualified', 'proposal', 'negotiation', 'closed', 'lost', 'nowhere');
const chance = fc.option(fc.constantFrom(0, 40, 100), { nil: undefined });
const moveTo = fc.record({ stage, probability: chance, lostReason: reason });

const stepsOf = (...steps: fc.Arbitrary<Step>[]) => fc.array(fc.oneof(...steps), { minLength: 3, maxLength: 8 });
const move = (mutation: string) => moveTo.map((input): Step => ({ mutation, input }));

const leadSteps = stepsOf(move('leadStageMove'));
const dealSteps = stepsOf(
  move('dealStageMove'),
  fc.constant<Step>({ mutation: 'dealWin', input: {} }),
  fc.constantFrom('budget', ' ').map((lostReason): Step => ({ mutation: 'dealLose', input: { lostReason } })),
);

interface Placed {
  readonly stage: string;
  readonly stage_kind: string;
  readonly probability: number;
  readonly lost_reason: string | null;
  readonly version: number;
  readonly closed: boolean | null;
}

function expectSound({ stage_kind: kind, probability, lost_reason: lostReason, closed }: Placed): void {
  if (kind === 'won') expect(probability).toBe(100);
  if (kind === 'lost') expect(probability).toBe(0);
  expect(lostReason !== null).toBe(kind === 'lost');
  if (closed !== null) expect(closed).toBe(kind !== 'open');
}

const TABLES = { lead: 'leads', deal: 'deals' } as const;

async function stored(noun: 'lead' | 'deal', id: string): Promise<Placed> {
  const closed = noun === 'deal' ? 'closed_at IS NOT NULL' : 'NULL::boolean';
  const columns = `stage, stage_kind, probability, lost_reason, version, ${closed} AS closed`;
  const [row] = await sql<Placed>('crm', `SELECT ${columns} FROM ${TABLES[noun]} WHERE id = $1`, [id]);
  if (row === undefined) throw new Error(`there is no ${noun} ${id}`);
  return row;
}

/** The stages that the history tells, each entered from the one before. */
async function history(noun: 'lead' | 'deal', id: string): Promise<string[]> {
  const rows = await sql<{ from_stage: string | null; to_stage: string }>(
    'crm',
    `SELECT from_stage, to_stage FROM stage_history WHERE ${noun}_id = $1 ORDER BY id`,
    [id],
  );
  expect(rows.map((row) => row.from_stage)).toEqual([null, ...rows.slice(0, -1).map((row) => row.to_stage)]);
  return rows.map((row) => row.to_stage);
}

/** Takes the steps on a new object; refused ones must leave no trace. */
async function follow(noun: 'lead' | 'deal', steps: readonly Step[]): Promise<void> {
  const name: Noun = noun;
  const { id } = await done(name, 'acme', `${noun}Create`, { title: 'A property' });
  let before = await stored(noun, id);
  const entered = [before.stage];
  for (const { mutation, input } of steps) {
    const { userErrors } = await change('acme', mutation, { id, ...input });
    const after = await stored(noun, id);
    expectSound(after);
    if (userErrors.length > 0) expect(after).toEqual(before);
    else expect(after.version).toBe(before.version + 1);
    if (after.stage !== before.stage) entered.push(after.stage);
    before = after;
  }
  expect(await history(noun, id)).toEqual(entered);
}

describe('any sequence of moves', () => {
  test('keeps a lead’s chance, reason and history in step with its stage', async () => {
    await fc.assert(
      fc.asyncProperty(leadSteps, (steps) => follow('lead', steps)),
      { numRuns: RUNS },
    );
  });

  test('keeps a deal’s chance, reason, closing and history in step with its stage', async () => {
    await fc.assert(
      fc.asyncProperty(dealSteps, (steps) => follow('deal', steps)),
      { numRuns: RUNS },
    );
  });
});
