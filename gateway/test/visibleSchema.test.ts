import { ApolloGateway } from '@apollo/gateway';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mayUse } from '@metatron/platform/access/decide';
import type { Person } from '@metatron/platform/access/matrix';
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  printSchema,
  validateSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

import { buildAccessTable, type AccessTable } from '../src/accessTable.ts';
import { readSupergraph } from '../src/supergraph.ts';
import { visibleSchema } from '../src/visibleSchema.ts';

const { sdl, owners } = readSupergraph();
const roles = ['superadmin', 'admin', 'client'] as const satisfies readonly Person[];

let whole: GraphQLSchema;
let table: AccessTable;

beforeAll(async () => {
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    buildService: () => ({ process: () => Promise.resolve({}) }) as never,
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (whole = apiSchema));
  await gateway.load();
  await gateway.stop();
  table = await buildAccessTable(whole, owners);
});

/** What the matrix itself says, asked without the gateway's table. */
function isAllowed(person: Person, type: string, field: string): boolean {
  const owner = owners.get(`${type}.${field}`);
  return owner === undefined || owner === 'shared' || mayUse(person, owner, type, field);
}

const own = (schema: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));

const objects = (schema: GraphQLSchema) => own(schema).filter(isObjectType);

/** Every type that a field, an argument, an input field or a union of the schema names. */
function referred(schema: GraphQLSchema): Set<string> {
  const names = own(schema).flatMap((type) => {
    if (isUnionType(type)) return type.getTypes().map(({ name }) => name);
    if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type).name);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => [
      getNamedType(field.type).name,
      ...field.args.map((argument) => getNamedType(argument.type).name),
    ]);
  });
  return new Set(names);
}

describe.each(roles)('the schema that %s sees', (person) => {
  let seen: GraphQLSchema;

  beforeAll(() => {
    seen = visibleSchema(whole, table[person], person);
  });

  test('is a valid schema', () => {
    expect(validateSchema(seen)).toEqual([]);
  });

  test('has a field exactly when the matrix allows it and its type has something to see', () => {
    const wrong = objects(whole).flatMap((type) => {
      const shown = seen.getType(type.name);
      if (!isObjectType(shown)) return [];
      return Object.values(type.getFields())
        .filter((field) => {
          const expected =
            isAllowed(person, type.name, field.name) && seen.getType(getNamedType(field.type).name) !== undefined;
          return (shown.getFields()[field.name] !== undefined) !== expected;
        })
        .map((field) => `${type.name}.${field.name}`);
    });
    expect(wrong).toEqual([]);
  });

  test('leaves out a type only when nothing visible leads to it, or nothing of it may be used', () => {
    const leadTo = new Set(
      objects(whole)
        .filter(({ name }) => seen.getType(name) !== undefined)
        .flatMap((type) =>
          Object.values(type.getFields())
            .filter(({ name }) => isAllowed(person, type.name, name))
            .map((field) => getNamedType(field.type)),
        ),
    );
    const lost = [...leadTo].filter(
      (type) =>
        seen.getType(type.name) === undefined &&
        (!isObjectType(type) || Object.keys(type.getFields()).some((field) => isAllowed(person, type.name, field))),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  test('has no type that nothing in it names', () => {
    const names = referred(seen);
    const idle = own(seen).filter(({ name }) => name !== 'Query' && name !== 'Mutation' && !names.has(name));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  test('keeps the descriptions, the arguments and the input fields, but for a tenant that is not theirs to name', () => {
    const lost = objects(seen).flatMap((type) => {
      const before = whole.getType(type.name);
      if (!isObjectType(before)) return [type.name];
      return Object.values(type.getFields()).flatMap((field) => {
        const parameters = before.getFields()[field.name]!.args.map(({ name }) => name);
        const expected = person === 'client' ? parameters.filter((name) => name !== 'tenantId') : parameters;
        const same = field.description === before.getFields()[field.name]!.description;
        return same && String(field.args.map(({ name }) => name)) === String(expected)
          ? []
          : [`${type.name}.${field.name}`];
      });
    });
    expect(lost).toEqual([]);
    const choosers = own(seen).filter((type) => isInputObjectType(type) && 'tenantId' in type.getFields());
    if (person === 'client') expect(choosers.map(({ name }) => name)).toEqual(['TenantSwitchInput']);
    else expect(choosers.length).toBeGreaterThan(5);
  });
});

describe('what is seen', () => {
  test('is everything to a superadmin, and nothing of cdx to others', () => {
    expect(printSchema(visibleSchema(whole, table.superadmin, 'superadmin'))).toBe(printSchema(whole));
    for (const person of ['admin', 'client'] as const) {
      const text = printSchema(visibleSchema(whole, table[person], person));
      expect(text).toContain('type Customer ');
      expect(text).not.toMatch(/CrmSummary|PlatformOverview|AuditEntry|SystemConfig|SyncStatus|TenantOrderField/);
    }
  });

  test('is nothing inaccessible to anybody', () => {
    for (const person of roles)
      expect(printSchema(visibleSchema(whole, table[person], person))).not.toMatch(/sessionState|tenantOfKey/i);
  });

  test('takes along what only hidden fields lead to: types, unions, inputs, enums and arguments of their type', () => {
    const schema = buildSchema(`
      interface Named { name: String secret: String }
      type Open implements Named { name: String secret: String }
      type Shut { only: Deep }
      type Deep { value: Kind }
      enum Kind { A B }
      input Filter { kind: Kind }
      union Any = Open | Shut
      type Query { open: Open any: Any named: Named shut(filter: Filter): Shut way: Shut }
    `);
    const denied = new Set(['Open.secret', 'Deep.value', 'Query.shut']);
    const seen = visibleSchema(schema, denied, 'client');
    expect(printSchema(seen).replace(/\s+/g, ' ')).toBe(
      'interface Named { name: String } type Open implements Named { name: String } union Any = Open ' +
        'type Query { open: Open any: Any named: Named }',
    );
    expect(validateSchema(seen)).toEqual([]);
  });
});
