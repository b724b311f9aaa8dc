/** The playground in a real browser: each test has a tab of its own, and whatever the browser complains of fails it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';

import { closeSql, password, url } from '../../../platform/test/kit.ts';
import { openBrowser } from '../browser.ts';

export const SUPERADMIN = 'superadmin@metatron.example';
export const CLIENT = 'client@acme.example';

let browser: Browser;
export let context: BrowserContext;
export let page: Page;
/** What the browser complained of, and where it asked for anything but the platform's own address. */
let complaints: string[];
let strangers: string[];

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
export const tall: Window = { width: 1280, height: 1800 };

/**
 * Opens the page in a tab of its own, as somebody who was never here; the browser keeps the bundles.
 * What is stored goes now, not when the tab before is left: GraphiQL writes down a moment later what was typed there.
 */
export async function open({ width, height, scheme = 'light' }: Window, path = ''): Promise<void> {
  await context.setStorageState({ cookies: [], origins: [] });
  page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(`${url}/graphql${path}`);
}

/** To be called first in a file of tests. */
export function usePlayground(): void {
  beforeAll(async () => {
    browser = await openBrowser();
    context = await browser.newContext();
    watch();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await closeSql();
  });

  beforeEach(() => {
    complaints = [];
    strangers = [];
  });

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  });
}

/** Fills in the form; who does so knows what comes of it. */
export async function signIn(email: string, secret = password): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export const answerTo = (text: string): Promise<Response> =>
  page.waitForResponse((response) => response.request().postData()?.includes(text) === true);

export const clickOn = (name: string | RegExp) => page.getByRole('button', { name }).click();

/** Runs an example by a click, and gives the data of its answer. */
export async function runExample(title: string, operation: string): Promise<Record<string, unknown>> {
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

export const LISTS = ['users', 'customers', 'contentItems', 'invoices', 'events', 'notifications'] as const;
type Tenant = Overview & Readonly<Record<(typeof LISTS)[number], { readonly totalCount: number }>>;

export async function runFirstExample(): Promise<Tenant> {
  await page.getByText('TenantOverview').first().waitFor();
  const answered = answerTo('seven databases');
  await clickOn(/execute query/i);
  const answer = (await (await answered).json()) as { data: { tenant: Tenant }; errors?: unknown };
  expect(answer.errors).toBeUndefined();
  return answer.data.tenant;
}

export const status = () => page.getByRole('status').textContent();
export const plan = () => page.getByRole('region', { name: 'Plan and cost' });
export const result = () => page.getByRole('region', { name: /result/i });
