/** The planner's corrections of what goes to a subgraph and of what comes from it. */
import type { Schema } from '@apollo/federation-internals';
import type { FetchDataRewrite } from '@apollo/query-planner';

import { isRow, readOwn, setOwn, type Row } from './rows.ts';
import { within } from './subtypes.ts';

/** Changes a value in place. */
export type Rewrite = (value: unknown) => void;

const FRAGMENT = '... on ';

function changeOf(rewrite: FetchDataRewrite, key: string): (row: Row) => void {
  if (rewrite.kind === 'ValueSetter') return (row) => setOwn(row, key, rewrite.setValueTo);
  return (row) => {
    const value = readOwn(row, key);
    if (value === undefined || value === null || value === false || value === 0 || value === '') return;
    setOwn(row, rewrite.renameKeyTo, value);
    setOwn(row, key, undefined);
  };
}

const eachRow =
  (change: (row: Row) => void): Rewrite =>
  (value) => {
    if (Array.isArray(value)) value.forEach(eachRow(change));
    else if (isRow(value)) change(value);
  };

/** One step down the rewrite's path, or into one type of several. */
function step(schema: Schema, element: string, next: Rewrite): Rewrite {
  if (!element.startsWith(FRAGMENT)) return eachRow((row) => next(readOwn(row, element)));
  const isWithin = within(schema, element.slice(FRAGMENT.length));
  return eachRow((row) => {
    const typeName = row['__typename'];
    // What says nothing of its type was asked for as this type.
    if (typeof typeName !== 'string' || typeName === '' || isWithin(typeName)) next(row);
  });
}

function compileOne(schema: Schema, rewrite: FetchDataRewrite): Rewrite | undefined {
  const last = rewrite.path.at(-1);
  if (last === undefined) return undefined;
  return rewrite.path
    .slice(0, -1)
    .reduceRight<Rewrite>((next, element) => step(schema, element, next), eachRow(changeOf(rewrite, last)));
}

/** Undefined when there is nothing to change. */
export function compileRewrites(schema: Schema, rewrites: readonly FetchDataRewrite[] = []): Rewrite | undefined {
  const compiled = rewrites.map((rewrite) => compileOne(schema, rewrite)).filter((rewrite) => rewrite !== undefined);
  if (compiled.length === 0) return undefined;
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}
