/** Lists under parents: those of all parents of a level in one statement. */
import { countStatement, pageStatement, Parameters, type ListQuery } from './sql.ts';
import { columnOf } from './table.ts';

/** A list under each of some parents. */
export interface ChildQuery extends Omit<ListQuery, 'given'> {
  /** The child's field that names the parent, and its type in SQL. */
  readonly field: string;
  readonly keyType: 'text' | 'uuid';
  /** The parents' tenants, when they are known and nothing else tells a statement where to look. */
  readonly homeOf: ((key: string) => string | undefined) | undefined;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

function givenBy({ field, homeOf }: ChildQuery): string[] {
  const ofParent = `${columnOf(field)} = "parent"."key"`;
  return homeOf === undefined ? [ofParent] : ['"tenant_id" = "parent"."home"', ofParent];
}

function parentsOf({ keyType, homeOf }: ChildQuery, keys: readonly string[], parameters: Parameters): string {
  const ids = parameters.bind([...keys], `${keyType}[]`);
  const homes = parameters.bind(homeOf === undefined ? [] : keys.map(homeOf), 'text[]');
  return `unnest(${ids}, ${homes}) WITH ORDINALITY AS "parent" ("key", "home", "place")`;
}

/** Each row with its parent's `parentKey`. */
export function childrenStatement(query: ChildQuery, keys: readonly string[]): Statement {
  const parameters = new Parameters();
  const from = parentsOf(query, keys, parameters);
  const inner = pageStatement({ ...query, given: givenBy(query) }, parameters);
  const text = `SELECT "parent"."key"::text AS "parentKey", "row".* FROM ${from} CROSS JOIN LATERAL (${inner}) "row" ORDER BY "parent"."place"`;
  return { text, values: parameters.values };
}

/** Each parent's `key` with its `count`. */
export function childCountsStatement(query: ChildQuery, keys: readonly string[]): Statement {
  const parameters = new Parameters();
  const from = parentsOf(query, keys, parameters);
  const inner = countStatement({ ...query, given: givenBy(query) }, parameters);
  return {
    text: `SELECT "parent"."key"::text AS "key", (${inner}) AS "count" FROM ${from}`,
    values: parameters.values,
  };
}
