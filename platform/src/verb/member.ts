/** Who a row may name: people of its tenant, as AUTH knows them. */
import type { SubgraphContext } from '../context.ts';
import { Refusal } from '../errors.ts';

/** Asks AUTH's own database, since nothing in another one can hold a user to exist. */
const ACTIVE = 'SELECT 1 FROM user_directory WHERE tenant_id = $1 AND id = $2 AND is_active';

export interface MemberName {
  readonly tenantId: string;
  /** Null or undefined names nobody. */
  readonly userId: string | null | undefined;
  /** The input's field that names them. */
  readonly field: string;
}

/** @throws Refusal NOT_FOUND unless the user is active in the tenant: another tenant's is one that does not exist. */
export async function requireMember(
  ctx: Pick<SubgraphContext<unknown>, 'foreign'>,
  { tenantId, userId, field }: MemberName,
): Promise<void> {
  if (userId == null) return;
  const { rowCount } = await ctx.foreign('auth', tenantId).query(ACTIVE, [tenantId, userId]);
  if (rowCount !== 1) throw new Refusal('NOT_FOUND', 'There is no such active user in the tenant.', field);
}

/** Who acts; null for what is no person. */
export const actorOf = ({ caller: { identity } }: Pick<SubgraphContext<unknown>, 'caller'>): string | null =>
  identity.kind === 'user' ? identity.userId : null;
