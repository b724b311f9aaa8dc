/** What a request asks: its parameters, whatever way they came. */
import { PublicError } from '@metatron/platform/errors';

import { isRow, type Row } from '../execute/rows.ts';
import type { Asked } from '../pipeline/flow.ts';
import { assertShallow } from './body.ts';

const bad = (message: string): PublicError => new PublicError('BAD_USER_INPUT', message);

function stringAt(body: Row, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw bad(`\`${name}\` must be a string.`);
  return value;
}

function objectAt(body: Row, name: string): Row {
  const value = body[name];
  if (value === undefined || value === null) return {};
  if (!isRow(value)) throw bad(`\`${name}\` must be an object.`);
  return value;
}

function fromObject(body: Row): Asked {
  return {
    query: stringAt(body, 'query'),
    operationName: stringAt(body, 'operationName'),
    variables: objectAt(body, 'variables'),
    extensions: objectAt(body, 'extensions'),
  };
}

/** @throws PublicError for parameters of another shape. */
export function fromBody(body: unknown): Asked {
  if (Array.isArray(body)) throw bad('One operation is asked at a time.');
  if (!isRow(body)) throw bad('The request’s body must be an object with a `query`.');
  return fromObject(body);
}

function onlyOne(search: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = search.getAll(name);
  if (others.length > 0) throw bad(`\`${name}\` may be given once.`);
  return value;
}

function parseAt(search: URLSearchParams, name: string): unknown {
  const text = onlyOne(search, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw bad(`\`${name}\` must be JSON.`);
  }
}

/** @throws PublicError for parameters of another shape. */
export function fromSearch(search: URLSearchParams): Asked {
  const body = {
    query: onlyOne(search, 'query'),
    operationName: onlyOne(search, 'operationName'),
    variables: parseAt(search, 'variables'),
    extensions: parseAt(search, 'extensions'),
  };
  assertShallow(body);
  return fromObject(body);
}
