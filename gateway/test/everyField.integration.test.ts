import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mayUse } from '@metatron/platform/access/decide';
import type { Person } from '@metatron/platform/access/matrix';
import type { Domain } from '@metatron/platform/domains';
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';

import { ask, closeSql, read, sql, tokenOf } from '../../platform/test/kit.ts';
import { readSupergraph } from '../src/supergraph.ts';

import { readSamples } from './samples.ts';

/** Each list at the root, the table that it reads, and the rows that it shows. */
const LISTS: Readonly<Record<string, readonly [Domain, string]>> = {
  users: ['auth', 'users'],
  sessions: ['auth', 'sessions'],
  authEvents: ['auth', 'auth_events'],
  roles: ['auth', 'roles'],
  customers: ['crm', 'customers WHERE deleted_at IS NULL'],
  leads: ['crm', 'leads WHERE deleted_at IS NULL'],
  deals: ['crm', 'deals WHERE deleted_at IS NULL'],
  interactions: ['crm', 'interactions'],
  pipelines: ['crm', 'pipelines'],
  contentTypes: ['cms', 'content_types'],
  contentItems: ['cms', 'content_items'],
  mediaFiles: ['cms', 'media_files'],
  pages: ['cms', 'pages'],
  templates: ['cms', 'templates'],
  plans: ['billing', 'plans'],
  subscriptions: ['billing', 'subscriptions'],
  invoices: ['billing', 'invoices'],
  payments: ['billing', 'payments'],
  usageRecords: ['billing', 'usage_records'],
  events: ['analytics', 'events'],
  metrics: ['analytics', 'metrics'],
  dashboards: ['analytics', 'dashboards'],
  insights: ['analytics', 'insights'],
  notifications: ['notifications', 'notifications'],
  notificationTemplates: ['notifications', 'notification_templates'],
  notificationPreferences: ['notifications', 'notification_preferences'],
  pushSubscriptions: ['notifications', 'push_subscriptions'],
  tenants: ['cdx', 'tenants'],
  clients: ['cdx', 'clients'],
  admins: ['cdx', 'admins'],
  services: ['cdx', 'services'],
  systemConfig: ['cdx', 'system_config'],
  cmsContentIndex: ['cdx', 'cms_content_index'],
  notificationsGlobal: ['cdx', 'notifications_global'],
  securityEvents: ['cdx', 'security_events'],
  deadLetters: ['cdx', 'dead_letters'],
  complianceReports: ['cdx', 'compliance_reports'],
  dataLineage: ['cdx', 'data_lineage'],
};

let schema: GraphQLSchema;
let samples: Readonly<Record<string, string>>;

const { owners } = readSupergraph();

function ownerOf(coordinate: string): Domain {
  const owner = owners.get(coordinate);
  if (owner === undefined || owner === 'shared') throw new Error(`${coordinate} has no owner`);
  return owner;
}

beforeAll(async () => {
  schema = buildClientSchema(
    await read<IntrospectionQuery>(getIntrospectionQuery(), { token: await tokenOf('superadmin') }),
  );
  samples = await readSamples();
});

afterAll(closeSql);

const rootFields = (): GraphQLField<unknown, unknown>[] => Object.values(schema.getQueryType()?.getFields() ?? {});

/** A field with its arguments, and everything below it to a depth; connections show one item. */
function select(field: GraphQLField<unknown, unknown>, depth: number, isStaff: boolean): string | undefined {
  const type = getNamedType(field.type);
  const parameters = field.args.flatMap(({ name, type: argumentType, ...argument }) => {
    if (name === 'first' && type.toString().endsWith('Connection')) return [`first: ${depth > 4 ? '3' : '2'}`];
    if (name === 'tenantId' && isStaff) return ['tenantId: "acme"'];
    return isRequiredArgument({ name, type: argumentType, ...argument })
      ? [`${name}: ${samples[field.name] ?? ''}`]
      : [];
  });
  const call = parameters.length === 0 ? field.name : `${field.name}(${parameters.join(', ')})`;
  if (isLeafType(type)) return call;
  if (!isObjectType(type) || depth === 0) return undefined;
  const below = selectAll(type, depth - 1, isStaff);
  return below === '' ? undefined : `${call} { ${below} }`;
}

function selectAll(type: GraphQLObjectType, depth: number, isStaff: boolean): string {
  const isWrapper = /(Connection|Edge)$/.test(type.name);
  return Object.values(type.getFields())
    .map((field) => select(field, isWrapper ? depth + 1 : depth, isStaff))
    .filter((text) => text !== undefined)
    .join(' ');
}

/** Below three levels of objects an operation would pass the limits. */
const DEPTH = 2;

describe('every root field', () => {
  test('answers a superadmin with all of its fields and edges, without an error', async () => {
    const token = await tokenOf('superadmin');
    for (const field of rootFields()) {
      const query = `{ ${select(field, DEPTH, true) ?? ''} }`;
      const { errors, data } = await ask(query, { token });
      expect({ field: field.name, errors }).toEqual({ field: field.name, errors: undefined });
      expect(data?.[field.name]).not.toBeNull();
    }
  });

  test.each<[Person, 'admin' | 'acme' | undefined, Record<string, string>?]>([
    ['admin', 'admin'],
    ['client', 'acme'],
    ['key', undefined, { 'x-tenant-key': 'pk_demo_acme_publishable' }],
    ['anonymous', undefined],
  ])('answers or refuses %s as the matrix says', async (person, account, headers = {}) => {
    const token = account === undefined ? undefined : await tokenOf(account);
    for (const field of rootFields()) {
      const owner = ownerOf(`Query.${field.name}`);
      const query = `{ ${select(field, 1, person === 'admin') ?? ''} }`;
      const { data, errors } = await ask(query, { token, headers });
      const codes = new Set(
        (errors ?? []).filter(({ path }) => path?.length === 1).map(({ extensions }) => extensions.code),
      );
      const refused = person === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      const expected = mayUse(person, owner, 'Query', field.name) ? [] : [refused];
      expect({ field: field.name, codes: [...codes] }).toEqual({ field: field.name, codes: expected });
      if (expected.length > 0) expect(data?.[field.name]).toBeNull();
    }
  });

  test('refuses the public every mutation but those of signing in', () => {
    const open = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) =>
      mayUse('anonymous', ownerOf(`Mutation.${name}`), 'Mutation', name),
    );
    expect(open.sort()).toEqual(['emailVerify', 'login', 'passwordReset', 'passwordResetRequest', 'tokenRefresh']);
  });
});

describe('every list', () => {
  test('counts what SQL counts', async () => {
    const token = await tokenOf('superadmin');
    // Sessions and events of accounts grow with each sign-in of the other tests.
    const settled = Object.entries(LISTS).filter(
      ([name]) => !['sessions', 'authEvents', 'cmsContentIndex', 'notificationsGlobal'].includes(name),
    );
    for (const [name, [domain, from]] of settled) {
      const [before] = await sql<{ count: number }>(domain, `SELECT count(*)::int AS count FROM ${from}`);
      const data = await read<Record<string, { totalCount: number }>>(`{ ${name} { totalCount } }`, { token });
      const [after] = await sql<{ count: number }>(domain, `SELECT count(*)::int AS count FROM ${from}`);
      expect({
        name,
        inRange: data[name]!.totalCount >= before!.count && data[name]!.totalCount <= after!.count,
      }).toEqual({ name, inRange: true });
      expect(data[name]!.totalCount).toBeGreaterThan(0);
    }
  });

  test('is named in this test, so that a new one is not forgotten', () => {
    const lists = rootFields().filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
    const unnamed = lists
      .map(({ name }) => name)
      .filter((name) => !(name in LISTS) && !['auditLog', 'authEventsGlobal', 'contentVersions'].includes(name));
    expect(unnamed).toEqual([]);
  });

  test('walks forwards and backwards through the same rows by every order', async () => {
    const token = await tokenOf('superadmin');
    for (const name of [
      'users',
      'customers',
      'leads',
      'invoices',
      'events',
      'notifications',
      'contentItems',
      'tenants',
    ]) {
      const type = getNamedType(schema.getQueryType()!.getFields()[name]!.type).name.replace(/Connection$/, '');
      const orders = schema.getType(`${type}OrderField`) as unknown as { getValues(): readonly { name: string }[] };
      for (const { name: field } of orders.getValues()) {
        const order = `orderBy: { field: ${field}, direction: ASC }`;
        const forward = await walk(name, order, 'first', token);
        const backward = await walk(name, order, 'last', token);
        expect({ name, field, ids: backward.reverse() }).toEqual({ name, field, ids: forward });
        expect(new Set(forward).size).toBe(forward.length);
      }
    }
  });
});

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string;
    readonly endCursor: string;
  };
}

/** Ids of up to 300 items of acme, or of all where a list has no tenant, a page of 37 at a time. */
async function walk(list: string, order: string, direction: 'first' | 'last', token: string): Promise<string[]> {
  const filter = list === 'tenants' ? 'currency: "USD", ' : 'filter: { tenantId: { eq: "globex" } }, ';
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const from =
      cursor === undefined ? '' : `, ${direction === 'first' ? 'after' : 'before'}: ${JSON.stringify(cursor)}`;
    const query = `{ page: ${list}(${filter}${order}, ${direction}: 37${from}) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const { page } = await read<{ page: Page }>(query, { token });
    const found = page.edges.map(({ node }) => node.id);
    ids.push(...(direction === 'first' ? found : found.reverse()));
    more = direction === 'first' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage;
    cursor = direction === 'first' ? page.pageInfo.endCursor : page.pageInfo.startCursor;
  }
  return ids;
}
