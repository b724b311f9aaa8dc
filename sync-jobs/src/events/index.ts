import type { EventHandler } from './defineHandler.ts';

/** Every handler there is: what is not in this list hears of nothing. */
export const handlers: readonly EventHandler[] = [];
