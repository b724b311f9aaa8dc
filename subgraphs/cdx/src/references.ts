import type { TenantRow, UserRow } from './mappers.ts';

/** The tenant of a row, for the subgraphs that know more of it. */
export const tenantOf = ({ tenantId }: { readonly tenantId: string }): TenantRow => ({ id: tenantId });

/** The user that a row names; null when it names none. */
export const userOf = (id: string | null): UserRow | null => (id === null ? null : { id });
