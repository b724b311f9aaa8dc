import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Domain } from '../domains.ts';

import { expandSchema, type ExpandedSchema } from './expand.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

export const subgraphDirectory = (domain: Domain): string => join(repository, 'subgraphs', domain);

/** A domain's schema with everything that is generated from it. */
export function readSchema(domain: Domain): ExpandedSchema {
  const common = readFileSync(join(import.meta.dirname, 'common.graphql'), 'utf8');
  return expandSchema(readFileSync(join(subgraphDirectory(domain), 'schema.graphql'), 'utf8'), common);
}

/** The object types of common.graphql: values whose fields are as readable as what holds them. */
export const VALUE_TYPES: ReadonlySet<string> = new Set(['Money', 'PageInfo', 'UserError']);
