import { stateMachine } from '@metatron/platform/verb/moves';

/** What may be done with a plan, by whether it is sold. */
export const movePlan = stateMachine('plan', {
  archive: { from: ['active'], to: 'archived' },
});
