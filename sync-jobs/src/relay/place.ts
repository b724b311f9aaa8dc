/**
 * Where a checkpoint is, by which it is compared and swapped. Not by its generation alone: a crash of cdx loses the
 * last ones, which are then given out again, and whoever remembers one would take another worker's for their own.
 */

/** In a statement over `sync_checkpoints`, what `placeOf` gives. */
export const PLACE = "generation || ' ' || coalesce(snapshot, '')";

/** @param snapshot as it is stored */
export const placeOf = (generation: string, snapshot: string | null): string => `${generation} ${snapshot ?? ''}`;
