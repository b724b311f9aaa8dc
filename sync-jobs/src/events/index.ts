import type { EventHandler } from './defineHandler.ts';
import { deliverNotification } from './deliverNotification.ts';
import { mailAuthLink } from './mailAuthLink.ts';

/** Every handler there is: what is not in this list hears of nothing. */
export const handlers: readonly EventHandler[] = [deliverNotification, mailAuthLink];
