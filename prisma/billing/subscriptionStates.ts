import { stateMachine } from '@metatron/platform/verb/moves';

/** What may happen to a subscription, by its status: asked for by people, or at the end of a period. */
export const moveSubscription = stateMachine('subscription', {
  changePlan: { from: ['trialing', 'active'] },
  cancel: { from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'], to: 'cancelled' },
  cancelAtPeriodEnd: { from: ['trialing', 'active', 'past_due'] },
  assign: { from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'] },
  renew: { from: ['trialing', 'active'], to: 'active' },
  renewUnpaid: { from: ['past_due'] },
  recordUsage: { from: ['trialing', 'active', 'past_due', 'unpaid'] },
  invoice: { from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'] },
});
