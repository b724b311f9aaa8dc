/** Values for the arguments that root fields demand, from the demo data of acme. */
import type { Domain } from '@metatron/platform/domains';

import { sql } from '../../platform/test/kit.ts';

/** An item that the public sees, with a file. */
const ITEM =
  'id AS value FROM content_items i WHERE EXISTS (SELECT FROM media_usages u WHERE u.content_item_id = i.id AND u.is_published) AND';

/** Where the argument of a field finds a value. */
const SOURCES: Readonly<Record<string, readonly [Domain, string]>> = {
  customer: ['crm', 'id AS value FROM customers WHERE deleted_at IS NULL AND'],
  lead: ['crm', 'id AS value FROM leads WHERE deleted_at IS NULL AND'],
  deal: ['crm', 'id AS value FROM deals WHERE deleted_at IS NULL AND'],
  user: ['auth', 'id AS value FROM users WHERE'],
  contentItem: ['cms', ITEM],
  contentVersions: ['cms', ITEM],
  subscription: ['billing', 'id AS value FROM subscriptions WHERE'],
  invoice: ['billing', 'id AS value FROM invoices WHERE'],
  page: ['cms', 'path AS value FROM pages WHERE published IS NOT NULL AND'],
};

/** Required arguments that are no id. */
const LITERALS: Readonly<Record<string, string>> = {
  tenant: '"acme"',
  trend: '{ days: 7 }',
  funnel: '{ steps: [{ eventName: "page_view" }, { eventName: "purchase" }] }',
};

/** By the root field's name, what its one required argument is given, as GraphQL writes it. */
export async function readSamples(): Promise<Readonly<Record<string, string>>> {
  const found = Object.entries(SOURCES).map(async ([field, [domain, from]]) => {
    const [row] = await sql<{ value: string }>(domain, `SELECT ${from} tenant_id = 'acme' LIMIT 1`);
    return [field, JSON.stringify(row?.value)] as const;
  });
  return { ...LITERALS, ...Object.fromEntries(await Promise.all(found)) };
}
