/**
 * The same rows by hand: `bySql.ts <data directory>`. Fixed statements on the platform's own pools, roles and context,
 * all at once, put into the answer's shape and serialised; nothing is parsed and nobody is asked who they are.
 */
import type { Domain } from '@metatron/platform/domains';
import { serve } from '@metatron/platform/http';
import { toMoney } from '@metatron/platform/money';

import { answering, present } from '../contender.ts';

import { openDatabases } from './openDatabases.ts';
import { ROWS, TENANT } from './query.ts';

const { connections } = await openDatabases(process.argv[2] ?? '');

const poolOf = (service: Domain) => connections.as(service, { service, privilege: 'superadmin' }, null);
const pools = {
  auth: poolOf('auth'),
  crm: poolOf('crm'),
  cms: poolOf('cms'),
  billing: poolOf('billing'),
  analytics: poolOf('analytics'),
  notifications: poolOf('notifications'),
  cdx: poolOf('cdx'),
};

const page = (table: string, columns: string, where = 'true'): string =>
  `SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND ${where} ORDER BY created_at DESC, id DESC LIMIT ${ROWS}`;

const SQL = {
  client: 'SELECT c.id, c.name FROM tenants t JOIN clients c ON c.id = t.client_id WHERE t.id = $1',
  tenant: 'SELECT id, name, upper(status) AS status FROM tenants WHERE id = $1',
  users: page(
    'users',
    'id, email, first_name AS "firstName", last_name AS "lastName", upper(role) AS role, last_login AS "lastLogin", created_at AS "createdAt"',
  ),
  customers: page(
    'customers',
    'id, company, email, phone, upper(status) AS status, source, created_at AS "createdAt"',
    'deleted_at IS NULL',
  ),
  contentItems: page(
    'content_items',
    'id, title, slug, upper(status) AS status, published_at AS "publishedAt", created_at AS "createdAt"',
  ),
  invoices: page(
    'invoices',
    'id, invoice_number AS "invoiceNumber", upper(status) AS status, total, currency, due_date::text AS "dueDate", created_at AS "createdAt"',
  ),
  events: page(
    'events',
    'id, event_name AS "eventName", session_id AS "sessionId", page_url AS "pageUrl", country, created_at AS "createdAt"',
  ),
  notifications: page(
    'notifications',
    'id, upper(channel) AS channel, category, upper(status) AS status, subject, created_at AS "createdAt"',
  ),
};

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(service: keyof typeof pools, text: string): Promise<readonly Row[]> {
  return (await pools[service].query<Row>(text, [TENANT])).rows;
}

const edges = (rows: readonly Row[]) => ({ edges: rows.map((node) => ({ node })) });

function toInvoice({ total, currency, ...invoice }: Row): Row {
  return { ...invoice, total: toMoney(total as string, currency as string) };
}

async function answer(): Promise<string> {
  const [[client], [tenant], users, customers, contentItems, invoices, events, notifications] = await Promise.all([
    rowsOf('cdx', SQL.client),
    rowsOf('auth', SQL.tenant),
    rowsOf('auth', SQL.users),
    rowsOf('crm', SQL.customers),
    rowsOf('cms', SQL.contentItems),
    rowsOf('billing', SQL.invoices),
    rowsOf('analytics', SQL.events),
    rowsOf('notifications', SQL.notifications),
  ]);
  const lists = { users, customers, contentItems, invoices: invoices.map(toInvoice), events, notifications };
  const connections = Object.fromEntries(Object.entries(lists).map(([name, rows]) => [name, edges(rows)]));
  return JSON.stringify({ data: { tenant: { ...tenant, client, ...connections } } });
}

const { url } = await serve(answering(answer), '127.0.0.1', 0);
present(url);
