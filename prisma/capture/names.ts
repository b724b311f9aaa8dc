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

/**
 * The halves of an outbox, which take turns: while one is written to, the other can be truncated.
 * Transaction ids decide, 2^`SLOT_SPAN_BITS` of them at a time.
 */
export const SLOTS = [0, 1] as const;
export const SLOT_SPAN_BITS = 14;

export const slotOf = (outbox: string, slot: number): string => `${outbox}_${String(slot)}`;

/** The function that fires for a captured table and each of its partitions. */
export const captureFunction = (table: string): string => `sync_capture_${table}`;

/** Which tables and partitions have the triggers. */
export const RELATIONS_TABLE = 'sync_capture_relations';
