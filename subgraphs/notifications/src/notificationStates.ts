import { stateMachine } from '@metatron/platform/verb/moves';

/** What people may do to a message; the rest of its way is the delivery's. */
export const moveNotification = stateMachine('message', {
  cancel: { from: ['pending'], to: 'cancelled' },
});
