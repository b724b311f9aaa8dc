import type { Parameters } from '@metatron/platform/read/sql';

import type { Condition, EventKey, Span } from './question.ts';

/** Whose event it is: the user, else the visit of a visitor who is not signed in. */
export const ACTOR = 'coalesce(user_id, session_id)';

/** The text of a column, whose name comes from the list of columns, or of a key of the data, which is bound. */
export function keyText({ field, property }: EventKey, parameters: Parameters): string {
  return field === null ? `(event_data ->> ${parameters.bind(property, 'text')})` : `"${field}"`;
}

export function conditionText(condition: Condition, parameters: Parameters): string {
  const value = keyText(condition, parameters);
  const { eq, not, in: among, contains, isNull } = condition;
  const all: string[] = [];
  if (eq !== null) all.push(`${value} = ${parameters.bind(eq, 'text')}`);
  if (not !== null) all.push(`${value} IS DISTINCT FROM ${parameters.bind(not, 'text')}`);
  if (among !== null) all.push(`${value} = ANY (${parameters.bind(among, 'text[]')})`);
  if (contains !== null) all.push(`position(lower(${parameters.bind(contains, 'text')}) in lower(${value})) > 0`);
  if (isNull !== null) all.push(`${value} IS ${isNull ? '' : 'NOT '}NULL`);
  return all.join(' AND ');
}

/** The tenant's events of a period; null for those of all tenants. */
export function scopeText(tenantId: string | null, { from, to }: Span, parameters: Parameters): string {
  const within = `created_at >= ${parameters.bind(from, 'timestamptz')} AND created_at < ${parameters.bind(to, 'timestamptz')}`;
  return tenantId === null ? within : `tenant_id = ${parameters.bind(tenantId, 'text')} AND ${within}`;
}
