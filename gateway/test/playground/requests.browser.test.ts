import { beforeEach, describe, expect, test } from '@jest/globals';

import {
  CLIENT,
  SUPERADMIN,
  clickOn,
  open,
  page,
  plan,
  result,
  runExample,
  runFirstExample,
  signIn,
  tall,
  usePlayground,
} from './playground.ts';

usePlayground();

test('who is not signed in reads what is published at a click, under a key that the page shows', async () => {
  await open(tall);
  const { contentItems } = await runExample('Read what is published', 'query Website');
  expect((contentItems as { readonly totalCount: number }).totalCount).toBeGreaterThan(0);
  await result().getByText('"publishedAt"').first().waitFor();
  await clickOn('Headers');
  const key = page.getByText('pk_demo_acme_publishable');
  await key.waitFor();
  // The key goes with the example that it belongs to.
  await clickOn('Ask for a new password');
  await key.waitFor({ state: 'detached' });
});

describe('what a request tells', () => {
  beforeEach(() => open(tall));

  test('ready-made queries run at a click, also those that change data and look up what to change', async () => {
    await signIn(CLIENT);
    await page.getByRole('status').waitFor();
    expect(await runExample('Create a lead', 'mutation AddLead')).toMatchObject({
      leadCreate: { lead: { title: 'A lead from the playground' }, userErrors: [] },
    });
    expect(await runExample('Move a lead on', 'mutation MoveLead')).toMatchObject({
      leadStageMove: { lead: { stage: 'qualified' }, userErrors: [] },
    });
    await result().getByText('"qualified"').first().waitFor();
    await expect(page.getByRole('button', { name: 'The audit log' }).count()).resolves.toBe(0);
  });

  test('the plan is a tree of fetches with their services, beside the cost and the time', async () => {
    await signIn(SUPERADMIN);
    await page.getByRole('status').waitFor();
    await runFirstExample();
    await plan().getByText('7 fetches').waitFor();
    const text = await plan().innerText();
    for (const service of ['auth', 'crm', 'cms', 'billing', 'analytics', 'notifications', 'cdx'])
      expect(text).toContain(service);
    expect(text).toMatch(/\d ms/);
    expect(text).toMatch(/cost \d+ of 100,000/);
    expect(text).toContain('At the same time');
    await plan().getByText('invoices', { exact: true }).click();
    await plan().getByText('For each Tenant at').filter({ visible: true }).waitFor();
    await expect(plan().locator('pre').filter({ visible: true }).innerText()).resolves.toContain('invoices(first: 3)');
    // The answer stands as the contract has it.
    await expect(result().innerText()).resolves.not.toContain('explain');
  });
});
