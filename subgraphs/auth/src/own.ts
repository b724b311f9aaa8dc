/**
 * What is a person's own lies in the tenant of their account, wherever they act now: it is read in
 * the service's name, under the person's id.
 */
import type { ListArguments } from '@metatron/platform/read/arguments';
import type { Connection } from '@metatron/platform/read/connection';
import type { Table } from '@metatron/platform/read/table';

import type { Context } from './context.ts';
import type { UserRow } from './mappers.ts';
import { users } from './tables.ts';

export const isSelf = ({ caller: { identity } }: Context, userId: string): boolean =>
  identity.kind === 'user' && identity.userId === userId;

/** A user that the caller may see: oneself, or one of the tenant. */
export const findUser = (ctx: Context, id: string): Promise<UserRow | null> =>
  isSelf(ctx, id) ? ctx.readAsService.byId(users, id) : ctx.read.byId(users, id);

/** A client's own rows of a personal table; everybody's for staff. */
export function pageOfOwn<Row>(ctx: Context, table: Table<Row>, list: ListArguments): Promise<Connection<Row>> {
  const { identity } = ctx.caller;
  const isClient = identity.kind === 'user' && identity.role === 'client';
  return isClient ? ctx.readAsService.page(table, list, { userId: identity.userId }) : ctx.read.page(table, list);
}
