import { stateMachine } from '@metatron/platform/verb/moves';

/** What may be done with a subscription, by its status. */
export const moveSubscription = stateMachine('subscription', {
  changePlan: { from: ['trialing', 'active'] },
  cancel: { from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'], to: 'cancelled' },
  cancelAtPeriodEnd: { from: ['trialing', 'active', 'past_due'] },
  recordUsage: { from: ['trialing', 'active', 'past_due', 'unpaid'] },
  invoice: { from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'] },
});
