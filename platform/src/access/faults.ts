/** Where the matrix and the tables of a database do not fit: what no grant can mend, and which line does. */
import type { Domain } from '../domains.ts';

import type { Catalogue } from './catalogue.ts';
import {
  carriedColumns,
  recordTables,
  secretColumns,
  services,
  serviceTables,
  sharedRows,
  tablesWithoutTenant,
  type Part,
} from './matrix.ts';
import { publishedRows } from './published.ts';
import { tenantTables } from './rights.ts';

const MATRIX = 'platform/src/access/matrix.ts';

/** Tables and views named in one place of the matrix, with the columns named there. */
type Named = readonly [place: string, part: Part];

const named = (tables: readonly string[] | undefined): Part =>
  Object.fromEntries((tables ?? []).map((table) => [table, '*' as const]));

function namedIn(database: Domain): Named[] {
  const rules = Object.entries(services).flatMap(([service, row]) =>
    Object.entries(row[database]).map(([verb, rule]: [string, 'none' | 'all' | Part]): Named => [
      `services.${service}.${database}.${verb}`,
      typeof rule === 'object' ? rule : {},
    ]),
  );
  const published = Object.entries(publishedRows[database] ?? {}).map(([table, { columns }]) => [table, columns]);
  return [
    ...rules,
    ['carriedColumns', carriedColumns],
    ['recordTables', named(recordTables)],
    [`serviceTables.${database}`, named(serviceTables[database])],
    [`tablesWithoutTenant.${database}`, named(tablesWithoutTenant[database])],
    [`sharedRows.${database}`, named(sharedRows[database])],
    [`secretColumns.${database}`, secretColumns[database] ?? {}],
    [`publishedRows.${database}`, Object.fromEntries(published) as Part],
  ];
}

function absentees([place, part]: Named, columnsOf: ReadonlyMap<string, readonly string[]>): string[] {
  return Object.entries(part).flatMap(([table, columns]) => {
    const found = columnsOf.get(table);
    if (found === undefined) return [`${place} names ${table}, which is not there: take it out of ${MATRIX}`];
    return (columns === '*' ? [] : columns)
      .filter((column) => !found.includes(column))
      .map((column) => `${place} names the column ${table}.${column}, which is not there: take it out of ${MATRIX}`);
  });
}

/** Tables that nothing protects and nothing excuses: they may be new, and their rows may be tenants'. */
export function unprotectedTables(database: Domain, catalogue: Catalogue): string[] {
  const withPolicy = new Set(catalogue.policies.filter(({ name }) => name === 'tenant').map(({ table }) => table));
  return tenantTables(database, catalogue)
    .filter(({ name }) => !withPolicy.has(name))
    .map(({ name }) => name);
}

const describeUnprotected = (database: Domain, table: string): string =>
  `${table} has no row security: protect it in its migration (SELECT protect_tenant_table('${table}');), ` +
  `or name it under tablesWithoutTenant.${database} in ${MATRIX}`;

/** Each a sentence with its cure, without the domain's name. */
export function findFaults(database: Domain, catalogue: Catalogue): string[] {
  const columnsOf = new Map(catalogue.relations.map(({ name, columns }) => [name, columns]));
  return [
    ...namedIn(database).flatMap((place) => absentees(place, columnsOf)),
    ...unprotectedTables(database, catalogue).map((table) => describeUnprotected(database, table)),
  ];
}
