/** A publishable key and every coordinate of the schema, at each of the three layers that derive from the matrix. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { exceptionFor } from '@metatron/platform/access/decide';
import { publishedFields, publishedRows } from '@metatron/platform/access/published';
import { domains } from '@metatron/platform/domains';
import { readSchema, VALUE_TYPES } from '@metatron/platform/sdl/files';
import { buildSchema } from '@metatron/platform/subgraph';
import {
  buildClientSchema,
  execute,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  parse,
  type IntrospectionQuery,
} from 'graphql';

import { closeSql, read, sql, tokenOf } from '../../platform/test/kit.ts';
import { buildAccessTable } from '../src/accessTable.ts';
import { readSupergraph } from '../src/supergraph.ts';

afterAll(closeSql);

/** Said once more, and more simply than the layers say it. */
function isOpen(type: string, field: string): boolean {
  const exception = exceptionFor(type, field);
  if (exception !== undefined) return exception.allow.includes('key');
  return domains.some((domain) => publishedFields[domain]?.[type]?.includes(field) === true);
}

describe('a publishable key', () => {
  test('is let to the named coordinates of the whole schema alone, by the gateway', async () => {
    const introspection = await read<IntrospectionQuery>(getIntrospectionQuery(), {
      token: await tokenOf('superadmin'),
    });
    const schema = buildClientSchema(introspection);
    const { owners } = readSupergraph();
    const denied = (await buildAccessTable(schema, owners)).key;
    const wrong = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => !name.startsWith('__') && !VALUE_TYPES.has(name))
      .flatMap((type) => Object.keys(type.getFields()).map((field) => [type.name, field] as const))
      .filter(([type, field]) => owners.get(`${type}.${field}`) !== 'shared')
      .filter(([type, field]) => denied.has(`${type}.${field}`) === isOpen(type, field));
    expect(wrong).toEqual([]);
    expect(denied.size).toBeGreaterThan(500);
  });

  test('is let to the named fields of content alone, by the service itself', async () => {
    const expanded = readSchema('cms');
    const types = ['ContentType', 'ContentItem', 'ContentVersion', 'Template', 'Page', 'MediaFile', 'Tenant', 'User'];
    const found = Object.fromEntries(
      types.map((type) => [type, { __resolveReference: () => ({ __typename: type, id: 'x' }) }]),
    );
    const schema = await buildSchema('cms', expanded, found);
    const caller = { identity: { kind: 'key', tenantId: 'acme' }, requestId: 'a', address: '', userAgent: '' };
    for (const name of types) {
      const type = schema.getType(name);
      if (!isObjectType(type)) throw new Error(`${name} is no type of cms`);
      for (const { name: field, type: fieldType } of Object.values(type.getFields())) {
        if (field === 'id') continue;
        const below = isLeafType(getNamedType(fieldType)) ? '' : '{ __typename }';
        const query = `{ _entities(representations: [{ __typename: "${name}", id: "x" }]) { ... on ${name} { ${field} ${below} } } }`;
        const { errors } = await execute({ schema, document: parse(query), contextValue: { caller } });
        const forbidden = errors?.some(({ extensions }) => extensions['code'] === 'FORBIDDEN') === true;
        expect({ name, field, forbidden }).toEqual({ name, field, forbidden: !isOpen(name, field) });
      }
    }
  });

  test.each(domains)('is let to the named columns alone, by the database of %s', async (domain) => {
    const rows = await sql<{ name: string; column: string; may: boolean }>(
      domain,
      `SELECT c.relname AS name, a.attname AS column, has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') AS may
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN pg_roles r ON r.rolname = 'metatron_${domain}_key_rights'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')`,
    );
    const wrong = rows.filter(({ name, column, may }) => {
      const columns = publishedRows[domain]?.[name]?.columns ?? [];
      return may !== (columns === '*' || columns.includes(column));
    });
    expect(wrong).toEqual([]);
    expect(rows.length > 0).toBe(domain in publishedRows);
  });

  test.each(domains)('changes nothing in the database of %s that the matrix does not name', async (domain) => {
    const rows = await sql(
      domain,
      `SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.rolname = 'metatron_${domain}_key_rights'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
          AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE') OR ('${domain}' = 'cms' AND has_table_privilege(r.oid, c.oid, 'INSERT')))`,
    );
    expect(rows).toEqual([]);
  });
});
