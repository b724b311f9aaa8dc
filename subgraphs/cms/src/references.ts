import type { Context } from './context.ts';
import type { MediaFileRow, TenantRow, UserRow } from './mappers.ts';
import { mediaFiles } from './tables.ts';

/** The tenant of a row, for the subgraphs that know more of it. */
export const tenantOf = ({ tenantId }: { readonly tenantId: string }): TenantRow => ({ id: tenantId });

/** The user that a row names; null when it names none. */
export const userOf = (id: string | null): UserRow | null => (id === null ? null : { id });

/** The files of these ids, as far as they are there and the caller may see them. */
export async function filesOf(ctx: Context, ids: readonly string[]): Promise<MediaFileRow[]> {
  const files = await Promise.all(ids.map((id) => ctx.read.byId(mediaFiles, id)));
  return files.filter((file) => file !== null);
}
