/** graphql-shield over a subgraph's schema: every field has a rule, what has none is denied. */
import { createRequire } from 'node:module';
import util from 'node:util';

import { GraphQLError, isObjectType, type GraphQLSchema } from 'graphql';
import type * as Middleware from 'graphql-middleware';
import type * as Shield from 'graphql-shield';

import type { Domain } from '../domains.ts';
import type { Caller } from '../identity.ts';
import { VALUE_TYPES } from '../sdl/files.ts';

import { mayUse, personOf } from './decide.ts';

// graphql-shield 7.6's ESM build does not load on Node 24, and its CommonJS build calls a helper
// that Node 23 took away.
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= (value) => value === undefined;
const require = createRequire(import.meta.url);
const { shield, rule, allow, deny } = require('graphql-shield') as typeof Shield;
const { applyMiddleware } = require('graphql-middleware') as typeof Middleware;

type ShieldRule = ReturnType<ReturnType<typeof rule>> | typeof allow;

interface ShieldedContext {
  readonly caller: Caller;
}

/** The refusal that both layers give: UNAUTHENTICATED without a sign-in, else FORBIDDEN. */
export function refusal({ identity }: Caller): GraphQLError {
  return identity.kind === 'anonymous'
    ? new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } })
    : new GraphQLError('You may not use this.', { extensions: { code: 'FORBIDDEN' } });
}

function fieldRule(domain: Domain, type: string, field: string): ShieldRule {
  return rule(`${type}.${field}`, { cache: 'no_cache' })((_parent, _arguments, { caller }: ShieldedContext) =>
    mayUse(personOf(caller.identity), domain, type, field) ? true : refusal(caller),
  );
}

/** Fields of the federation itself, and those that inherit from what holds them. */
function inherits(type: string, field: string, entities: ReadonlySet<string>): boolean {
  return (
    VALUE_TYPES.has(type) ||
    type === '_Service' ||
    (type === 'Query' && (field === '_entities' || field === '_service')) ||
    (field === 'id' && entities.has(type))
  );
}

/**
 * @param entities names of the types that have a key: their `id` is as readable as the reference
 *   to them, and every other field has its own rule, so `_entities` opens nothing.
 */
export function shieldSubgraph(schema: GraphQLSchema, domain: Domain, entities: ReadonlySet<string>): GraphQLSchema {
  const rules: Record<string, Record<string, ShieldRule>> = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const fields = Object.keys(type.getFields()).map((field): [string, ShieldRule] => [
      field,
      inherits(type.name, field, entities) ? allow : fieldRule(domain, type.name, field),
    ]);
    rules[type.name] = Object.fromEntries(fields);
  }
  const permissions = shield(rules as Shield.IRules, {
    fallbackRule: deny,
    allowExternalErrors: true,
    fallbackError: new GraphQLError('You may not use this.', { extensions: { code: 'FORBIDDEN' } }),
  });
  return applyMiddleware(schema, permissions);
}
