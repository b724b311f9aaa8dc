/** The names that the triggers' side and the relay's side of an outbox agree on. */

/** Stands for every tenant: a TRUNCATE says no more than that. */
export const EVERY_TENANT = '*';

/** One row per statement, tenant and currency: what changed. */
export const deltasOutbox = (table: string): string => `sync_outbox_${table}`;

/** One row per statement and tenant: the ids of the rows that changed. */
export const keysOutbox = (table: string): string => `sync_outbox_${table}_keys`;

/** One row: which life of the outbox this is, and up to where it has been emptied. */
export const EPOCH_TABLE = 'sync_outbox_epoch';

/** The column beside a max measure that says the old maximum may be gone. */
export const loweredColumn = (measure: string): string => `${measure}_lowered`;
