import { beforeEach, describe, expect, test } from '@jest/globals';

import { password } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';

import {
  CLIENT,
  LISTS,
  SUPERADMIN,
  answerTo,
  clickOn,
  context,
  open,
  page,
  plan,
  result,
  runExample,
  runFirstExample,
  signIn,
  status,
  tall,
  usePlayground,
} from './playground.ts';

usePlayground();

describe('signing in', () => {
  beforeEach(() => open(tall));

  test('a superadmin signs in and sees numbers of seven databases in one answer', async () => {
    await signIn(SUPERADMIN);
    await page.getByRole('status').waitFor();
    expect(await status()).toMatch(/superadmin@metatron\.example SUPERADMIN in Platform/);
    const tenant = await runFirstExample();
    for (const list of LISTS) expect(tenant[list].totalCount).toBeGreaterThan(0);
    expect(tenant.crmSummary.pipelineValue.length).toBeGreaterThan(0);
    expect(tenant.billingOverview.mrr.length).toBeGreaterThan(0);
    await result().getByText('"totalCustomers"').waitFor();
    await expect(result().innerText()).resolves.toContain(String(tenant.crmSummary.totalCustomers));
  });

  test('a wrong password shows its message and signs nobody in', async () => {
    // An address that is nobody's: the demo accounts' counters of wrong tries are left alone.
    await signIn('nobody@acme.example', 'a-wrong-password');
    await page.getByText('The address or the password is wrong.').waitFor();
    await expect(page.getByRole('status').count()).resolves.toBe(0);
  });

  test('nothing secret is kept in the browser, and a reload signs out', async () => {
    await signIn(SUPERADMIN);
    await page.getByRole('status').waitFor();
    await runFirstExample();
    const stored = async (): Promise<string> => JSON.stringify(await context.storageState());
    // GraphiQL writes down what was typed a moment later.
    await eventually(async () => expect(await stored()).toContain('TenantOverview'), 10_000);
    const kept = await stored();
    expect(kept).not.toContain(password);
    expect(kept).not.toMatch(/eyJ[\w-]+\./u);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('who logs out is asked to sign in again, and their answers’ costs are gone', async () => {
    await signIn(SUPERADMIN);
    await page.getByRole('status').waitFor();
    await runFirstExample();
    await plan().getByText('fetches').waitFor();
    await clickOn('Log out');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await plan().innerText()).toContain('who is signed in');
  });

  test('a demo account fills in its address and no password', async () => {
    await clickOn('client@globex.example');
    await expect(page.getByLabel('Email').inputValue()).resolves.toBe('client@globex.example');
    await expect(page.getByLabel('Password').inputValue()).resolves.toBe('');
    expect(await page.content()).not.toContain(password);
  });

  test('the keyboard alone is enough', async () => {
    await page.getByRole('button', { name: 'client@globex.example' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    const answered = answerTo('query Me');
    await page.getByRole('button', { name: 'Who am I?' }).focus();
    await page.keyboard.press('Enter');
    expect(await (await answered).json()).toMatchObject({ data: { me: { email: 'client@globex.example' } } });
  });

  test('a client switches to another tenant of its own, and reads that one', async () => {
    await signIn(CLIENT);
    const choice = page.getByRole('combobox', { name: 'Tenant' });
    await choice.waitFor();
    const tenants = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".top-bar option")].map((one) => one.value)',
    );
    const others = tenants.filter((id) => id !== 'acme');
    const switched = answerTo('TenantSwitch');
    await choice.selectOption(others[0]!);
    await switched;
    // The choice is closed from the request until the page has taken the new tokens. Asked of the DOM and not by
    // `waitForFunction`, which needs the `unsafe-eval` that the page's own policy refuses.
    await page.locator('.top-bar select:enabled').waitFor();
    expect(await runExample('Who am I?', 'query Me')).toMatchObject({ me: { tenant: { id: others[0] } } });
    await expect(choice.inputValue()).resolves.toBe(others[0]);
  });
});
