import type { EventHandler } from './defineHandler.ts';
import { deliverNotification } from './deliverNotification.ts';
import { mailAuthLink } from './mailAuthLink.ts';
import { mirrorTenant } from './mirrorTenant.ts';
import { rebuild } from './rebuild.ts';
import { sendLetterAgain } from './sendLetterAgain.ts';

/** Every handler there is: what is not in this list hears of nothing. */
export const handlers: readonly EventHandler[] = [
  deliverNotification,
  mailAuthLink,
  mirrorTenant,
  rebuild,
  sendLetterAgain,
];
