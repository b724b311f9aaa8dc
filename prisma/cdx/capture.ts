import type { Capture } from '../capture/declare.ts';

/** Nothing but the audit entries of cdx's own mutations, which every domain has. */
export const capture: Capture = { domain: 'cdx', aggregates: [], rows: [] };
