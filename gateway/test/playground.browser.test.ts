import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, parse, validate, type IntrospectionQuery } from 'graphql';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { password, read, tokenOf, url } from '../../platform/test/kit.ts';
import { examples } from '../playground/examples.ts';
import { openBrowser } from './browser.ts';

const SUPERADMIN = 'superadmin@metatron.example';

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained of, and where it asked for anything but the platform's own address. */
let complaints: string[];
let strangers: string[];

beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);

afterAll(() => browser.close());

beforeEach(async () => {
  complaints = [];
  strangers = [];
  // Tall enough that the editor, which draws only what is in sight, draws the whole answer.
  context = await browser.newContext({ viewport: { width: 1280, height: 3000 } });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== url) strangers.push(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  page = await context.newPage();
  await page.goto(`${url}/graphql`);
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
  expect(strangers).toEqual([]);
});

async function signIn(email: string, secret: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

interface Overview {
  readonly crmSummary: { readonly totalCustomers: number; readonly pipelineValue: readonly object[] };
  readonly billingOverview: { readonly mrr: readonly object[] };
}

const LISTS = ['users', 'customers', 'contentItems', 'invoices', 'events', 'notifications'] as const;
type Tenant = Overview & Readonly<Record<(typeof LISTS)[number], { readonly totalCount: number }>>;

async function runFirstExample(): Promise<Tenant> {
  const answered = page.waitForResponse(
    (response) => response.request().postData()?.includes('seven databases') === true,
  );
  await page.getByRole('button', { name: /execute query/i }).click();
  const answer = (await (await answered).json()) as { data: { tenant: Tenant }; errors?: unknown };
  expect(answer.errors).toBeUndefined();
  return answer.data.tenant;
}

describe('the playground in a browser', () => {
  test('a superadmin signs in and sees numbers of seven databases in one answer', async () => {
    await signIn(SUPERADMIN, password);
    await expect(page.getByRole('status').textContent()).resolves.toContain(SUPERADMIN);
    const tenant = await runFirstExample();
    for (const list of LISTS) expect(tenant[list].totalCount).toBeGreaterThan(0);
    expect(tenant.crmSummary.pipelineValue.length).toBeGreaterThan(0);
    expect(tenant.billingOverview.mrr.length).toBeGreaterThan(0);
    const shown = page.getByRole('region', { name: /result/i });
    await shown.getByText('"totalCustomers"').waitFor();
    await expect(shown.innerText()).resolves.toContain(String(tenant.crmSummary.totalCustomers));
  });

  test('a wrong password shows its message and signs nobody in', async () => {
    // An address that is nobody's: the demo accounts' counters of wrong tries are left alone.
    await signIn('nobody@acme.example', 'a-wrong-password');
    await page.getByText('The address or the password is wrong.').waitFor();
    await expect(page.getByRole('status').count()).resolves.toBe(0);
  });

  test('nothing secret is kept in the browser, and a reload signs out', async () => {
    await signIn(SUPERADMIN, password);
    await page.getByRole('status').waitFor();
    await runFirstExample();
    const kept = JSON.stringify(await context.storageState());
    expect(kept).toContain('TenantOverview');
    expect(kept).not.toContain(password);
    expect(kept).not.toMatch(/eyJ[\w-]+\./u);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('who logs out is asked to sign in again', async () => {
    await signIn(SUPERADMIN, password);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('every example that it opens with fits the schema', async () => {
    const introspection = await read<IntrospectionQuery>(getIntrospectionQuery(), {
      token: await tokenOf('superadmin'),
    });
    const schema = buildClientSchema(introspection);
    for (const { query } of examples) expect(validate(schema, parse(query))).toEqual([]);
  });
});
