import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

import { openBrowser } from '../../../gateway/test/browser.ts';
import { closeSql, password, read, sql, tokenOf, url } from '../../../platform/test/kit.ts';
import { serveApp, type ServedApp } from './serveApp.ts';

interface Lead {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly version: number;
}

let app: ServedApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the page threw. */
let complaints: string[];

beforeAll(async () => {
  [app, browser] = await Promise.all([serveApp(url), openBrowser()]);
}, 60_000);

afterAll(() => Promise.all([app.stop(), browser.close(), closeSql()]));

beforeEach(async () => {
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-GB' });
  context.on('weberror', (error) => complaints.push(error.error().message));
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(app.url);
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

async function signIn(secret = password, email = 'client@acme.example'): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const column = (stage: string): Locator => page.getByRole('region', { name: stage });
const card = (stage: string, { title }: Lead): Locator =>
  column(stage)
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) });
/** The card once the gateway has answered: it stands in its new column before that. */
const settled = (stage: string, lead: Lead): Promise<void> =>
  card(stage, lead).and(page.locator('[aria-busy="false"]')).waitFor();
const move = ({ title }: Lead): Locator => page.getByLabel(`Move ${title}`, { exact: true });

async function openBoard(): Promise<void> {
  await signIn();
  await page.getByRole('link', { name: 'Pipeline' }).click();
  await column('prospect').getByRole('listitem').first().waitFor();
}

/** A lead of its own for a test, worth more than any other: it is the first of its column. */
async function addLead(title: string): Promise<Lead> {
  const value = { amount: '9000000.00', currency: 'EUR' };
  const { leadCreate } = await read<{ leadCreate: { lead: Lead } }>(
    'mutation($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id title stage version } } }',
    { token: await tokenOf('acme'), variables: { input: { title, value } } },
  );
  return leadCreate.lead;
}

async function leadNow({ id }: Lead): Promise<Lead> {
  const { lead } = await read<{ lead: Lead }>('query($id: ID!) { lead(id: $id) { id title stage version } }', {
    token: await tokenOf('acme'),
    variables: { id },
  });
  return lead;
}

async function moveByApi({ id }: Lead, stage: string): Promise<void> {
  await read('mutation($input: LeadStageMoveInput!) { leadStageMove(input: $input) { userErrors { message } } }', {
    token: await tokenOf('acme'),
    variables: { input: { id, stage } },
  });
}

describe('signing in', () => {
  test('with a wrong password shows why, and keeps what was typed', async () => {
    await signIn('a-wrong-password', 'nobody@acme.example');
    await page.getByRole('alert').getByText('The address or the password is wrong.').waitFor();
    await expect(page.getByLabel('Email').inputValue()).resolves.toBe('nobody@acme.example');
  });

  test('outlives a reload, keeps the access token out of the storage, and ends with the log-out', async () => {
    await signIn();
    await page.getByText('client@acme.example').waitFor();
    await page.reload();
    await page.getByText('client@acme.example').waitFor();
    const kept = await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
    expect(kept).toContain('refreshToken');
    expect(kept).not.toMatch(/eyJ[\w-]+\./u);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect(page.evaluate(() => sessionStorage.length)).resolves.toBe(0);
  });
});

describe('an access token that the gateway refuses', () => {
  /** The next request for customers carries a token that does not verify. */
  async function spoilNextToken(): Promise<void> {
    const isCustomers = (text: string | null) => text?.includes('query Customers(') === true;
    let spoilt = false;
    await page.route('**/graphql', (route) => {
      if (spoilt || !isCustomers(route.request().postData())) return route.continue();
      spoilt = true;
      return route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ended' } });
    });
  }

  test('is renewed, and the request sent again', async () => {
    await signIn();
    await page.getByText('1 – 20').waitFor();
    const before = await page.evaluate(() => JSON.stringify(sessionStorage));
    await spoilNextToken();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('21 – 40').waitFor();
    await expect(page.evaluate(() => JSON.stringify(sessionStorage))).resolves.not.toBe(before);
  });

  test('leads to the sign-in when somebody else has used the refresh token', async () => {
    await signIn();
    await page.getByText('1 – 20').waitFor();
    const refreshToken = await page.evaluate(() => sessionStorage.getItem('metatron.refreshToken'));
    await read('mutation($input: TokenRefreshInput!) { tokenRefresh(input: $input) { accessToken } }', {
      variables: { input: { refreshToken } },
    });
    await spoilNextToken();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect(page.getByRole('row').count()).resolves.toBe(0);
  });
});

describe('the list of customers', () => {
  const rows = (): Promise<string[]> => page.locator('tbody tr').allInnerTexts();
  const shows = (range: string): Promise<void> => page.getByRole('status').getByText(range).waitFor();

  test('is paged to its end and back, every row once', async () => {
    const [counted] = await sql<{ count: number }>(
      'crm',
      "SELECT count(*)::int FROM customers WHERE tenant_id = 'acme' AND deleted_at IS NULL AND status = 'active'",
    );
    const total = counted!.count;
    const ranges = Array.from({ length: Math.ceil(total / 20) }, (_, index) => {
      const last = Math.min((index + 1) * 20, total);
      return `${String(index * 20 + 1)} – ${String(last)} of ${String(total)}`;
    });
    await signIn();
    await page.getByLabel('Status').selectOption('active');
    await page.getByLabel('Order').selectOption('Oldest first');
    const seen: string[][] = [];
    for (const [index, range] of ranges.entries()) {
      if (index > 0) await page.getByRole('button', { name: 'Next' }).click();
      await shows(range);
      seen.push(await rows());
    }
    expect(ranges.length).toBeGreaterThan(2);
    expect(new Set(seen.flat()).size).toBe(total);
    await expect(page.getByRole('button', { name: 'Next' }).isDisabled()).resolves.toBe(true);
    await page.getByRole('button', { name: 'Previous' }).click();
    await shows(ranges.at(-2)!);
    await expect(rows()).resolves.toEqual(seen.at(-2));
  });

  test('shows what there is when a service is away, and what is missing', async () => {
    // The real answer, but for the invoices: as the gateway gives it while billing is down.
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Customers(') !== true) return route.continue();
      const response = await route.fetch();
      const answer = (await response.json()) as { data: { customers: { edges: { node: { invoices: unknown } }[] } } };
      for (const { node } of answer.data.customers.edges) node.invoices = null;
      const path = ['customers', 'edges', 0, 'node', 'invoices'];
      const extensions = { code: 'SERVICE_UNAVAILABLE', requestId: 'the-request' };
      return route.fulfill({ response, json: { ...answer, errors: [{ message: 'away', path, extensions }] } });
    });
    await signIn();
    await page.getByRole('alert').getByText('A part of the platform does not answer').waitFor();
    await page.getByRole('alert').getByText('Request the-request').waitFor();
    expect((await rows()).length).toBe(20);
  });

  test('says that the gateway cannot be reached, and loads when it can be', async () => {
    await signIn();
    await shows('1 – 20');
    await context.setOffline(true);
    await page.getByLabel('Status').selectOption('churned');
    await page.getByRole('alert').getByText('The gateway cannot be reached').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await shows('1 –');
    await expect(page.getByRole('alert').count()).resolves.toBe(0);
  });
});

describe('the pipeline board', () => {
  test('moves a lead that is dragged to another column; a reload and the API agree', async () => {
    const lead = await addLead('A lead to be dragged');
    await openBoard();
    await card('prospect', lead).dragTo(column('qualified'));
    await settled('qualified', lead);
    await page.reload();
    await settled('qualified', lead);
    await expect(leadNow(lead)).resolves.toMatchObject({ stage: 'qualified', version: lead.version + 1 });
  });

  test('moves a lead from the keyboard, and asks why one was lost', async () => {
    const lead = await addLead('A lead without a mouse');
    await openBoard();
    // One key: it moves the card, and with it the choice that further keys were meant for.
    await move(lead).press('p');
    await settled('proposal', lead);
    await move(lead).selectOption('lost');
    await page.getByLabel('Reason').fill('No budget');
    await page.keyboard.press('Enter');
    await settled('lost', lead);
    await expect(leadNow(lead)).resolves.toMatchObject({ stage: 'lost' });
  });

  test('puts a lead back that somebody else moved first, and says so at its card', async () => {
    const lead = await addLead('A lead of two people');
    await openBoard();
    await card('prospect', lead).waitFor();
    await moveByApi(lead, 'negotiation');
    await move(lead).selectOption('qualified');
    const there = card('negotiation', lead);
    await there.getByRole('alert').getByText('Somebody else changed this meanwhile').waitFor();
    await expect(leadNow(lead)).resolves.toMatchObject({ stage: 'negotiation' });
    await move(lead).selectOption('qualified');
    await settled('qualified', lead);
    await expect(card('qualified', lead).getByRole('alert').count()).resolves.toBe(0);
  });

  test('shows what is wrong with a new lead at its fields, and adds it once it is right', async () => {
    await openBoard();
    await page.getByRole('button', { name: 'New lead' }).click();
    await page.getByLabel('Value').fill('1.999');
    await page.getByRole('button', { name: 'Add lead' }).click();
    await page.getByText('The amount has more decimals than EUR has.').waitFor();
    const title = page.getByLabel('Title');
    await expect(title.getAttribute('aria-invalid')).resolves.toBe('true');
    await title.fill('A lead from the form');
    await page.getByLabel('Value').fill('9500000.50');
    await page.getByRole('button', { name: 'Add lead' }).click();
    await column('prospect').getByRole('listitem').filter({ hasText: 'A lead from the form' }).waitFor();
    await column('prospect').getByText('€9,500,000.50').waitFor();
  });
});
