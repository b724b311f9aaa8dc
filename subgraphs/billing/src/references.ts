import type { CustomerRow, TenantRow, UserRow } from './mappers.ts';

/** The tenant of a row, for the subgraphs that know more of it. */
export const tenantOf = ({ tenantId }: { readonly tenantId: string }): TenantRow => ({ id: tenantId });

/** The customer of a row, for crm, which knows more of it. */
export const customerOf = ({ customerId }: { readonly customerId: string }): CustomerRow => ({ id: customerId });

/** The user that a row names, for auth, which knows more of them; null when it names none. */
export const userOf = (id: string | null): UserRow | null => (id === null ? null : { id });
