import type { TenantRow, UserRow } from './mappers.ts';

/** The user of AUTH that a row names; null when it names none. */
export const userOf = (id: string | null): UserRow | null => (id === null ? null : { id });

/** The tenant whose row it is. */
export const tenantOf = ({ tenantId }: { readonly tenantId: string }): TenantRow => ({ id: tenantId });
