import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';

import { closeSql, password, signIn as signInByApi, url } from '../../platform/test/kit.ts';
import { linksOf, makeUser, perform } from '../../subgraphs/auth/test/auth.ts';
import { openBrowser } from './browser.ts';

const SUPERADMIN = 'superadmin@metatron.example';
const CLIENT = 'client@acme.example';

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained of, and where it asked for anything but the platform's own address. */
let complaints: string[];
let strangers: string[];

beforeAll(async () => {
  browser = await openBrowser();
  context = await browser.newContext();
  watch();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await closeSql();
});

/** Watches what the browser asks for and complains of. */
function watch(): void {
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== url) strangers.push(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
}

interface Window {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'dark' | 'light';
}

// Tall enough that the editor, which draws only what is in sight, draws the whole answer.
const tall: Window = { width: 1280, height: 1800 };

/** Opens the page in a tab of its own, as somebody who was never here; the browser keeps the bundles. */
async function open({ width, height, scheme = 'light' }: Window, path = ''): Promise<void> {
  page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(`${url}/graphql${path}`);
}

beforeEach(() => {
  complaints = [];
  strangers = [];
});

afterEach(async () => {
  await page.evaluate('localStorage.clear()');
  await page.close();
  expect(complaints).toEqual([]);
  expect(strangers).toEqual([]);
});

async function signIn(email: string, secret = password): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const answerTo = (text: string): Promise<Response> =>
  page.waitForResponse((response) => response.request().postData()?.includes(text) === true);

const clickOn = (name: string | RegExp) => page.getByRole('button', { name }).click();

/** Runs an example by a click, and gives the data of its answer. */
async function runExample(title: string, operation: string): Promise<Record<string, unknown>> {
  const answered = answerTo(operation);
  await clickOn(title);
  const { data, errors } = (await (await answered).json()) as { data: Record<string, unknown>; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

interface Overview {
  readonly crmSummary: { readonly totalCustomers: number; readonly pipelineValue: readonly object[] };
  readonly billingOverview: { readonly mrr: readonly object[] };
}

const LISTS = ['users', 'customers', 'contentItems', 'invoices', 'events', 'notifications'] as const;
type Tenant = Overview & Readonly<Record<(typeof LISTS)[number], { readonly totalCount: number }>>;

async function runFirstExample(): Promise<Tenant> {
  await page.getByText('TenantOverview').first().waitFor();
  const answered = answerTo('seven databases');
  await clickOn(/execute query/i);
  const answer = (await (await answered).json()) as { data: { tenant: Tenant }; errors?: unknown };
  expect(answer.errors).toBeUndefined();
  return answer.data.tenant;
}

const status = () => page.getByRole('status').textContent();
const plan = () => page.getByRole('region', { name: 'Plan and cost' });
const result = () => page.getByRole('region', { name: /result/i });

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
    await page.waitForTimeout(600);
    const kept = JSON.stringify(await context.storageState());
    expect(kept).toContain('TenantOverview');
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

describe('links of mails', () => {
  test('a verification link asks for one click, and works once', async () => {
    const user = await makeUser();
    const { accessToken } = await signInByApi(user);
    await perform('emailVerificationRequest', undefined, { token: accessToken });
    const [token = ''] = await linksOf(user.id, 'email.verification_requested');
    await open(tall, `#verify=${token}`);
    await clickOn('Verify my address');
    await page.getByText('Your address is verified.').waitFor();
    await page.waitForURL(`${url}/graphql`);
    await clickOn('Go on');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto('about:blank');
    await page.goto(`${url}/graphql#verify=${token}`);
    await clickOn('Verify my address');
    await expect(page.getByRole('alert').filter({ hasText: /./ }).innerText()).resolves.not.toBe('');
  });

  test('a reset link sets the password', async () => {
    const user = await makeUser();
    await perform('passwordResetRequest', { email: user.email });
    const [token = ''] = await linksOf(user.id, 'password.reset_requested');
    await open(tall, `#reset=${token}`);
    await page.getByLabel('New password').fill('quiet lake at dawn 9');
    await clickOn('Set the password');
    await signIn(user.email, 'quiet lake at dawn 9');
    await page.getByRole('status').waitFor();
  });
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

describe('the page', () => {
  test('follows the system’s theme until somebody chooses one, which is kept', async () => {
    await open({ width: 1280, height: 800, scheme: 'dark' });
    const background = () =>
      page.evaluate<string>('getComputedStyle(document.querySelector(".top-bar")).backgroundColor');
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    expect(light).not.toBe(dark);
    await page.getByText('Dark', { exact: true }).click();
    await expect(background()).resolves.toBe(dark);
    await page.reload();
    await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor({ state: 'attached' });
    await expect(background()).resolves.toBe(dark);
  });

  test.each([
    [1280, 800],
    [420, 860],
  ])('works in a window of %i × %i', async (width, height) => {
    await open({ width, height });
    await signIn(CLIENT);
    await page.getByRole('status').waitFor();
    await page.getByText('# Your own').waitFor();
    const answered = answerTo('query Customers');
    await clickOn(/execute query/i);
    await answered;
    await result().getByText('"totalCount"').waitFor();
    await plan().getByText('crm').waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
