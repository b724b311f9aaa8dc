import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { verb } from './context.ts';
import { holdPlan, quantity, termsOf } from './planTerms.ts';
import { existingSubscription, saveSubscription } from './subscription.ts';
import { moveSubscription } from './subscriptionStates.ts';
import { subscriptions } from './tables.ts';

export const subscriptionChangePlan = verb({
  name: 'subscriptionChangePlan',
  input: z.object({ ...fields.versioned, planId: fields.id, quantity: fields.kept(quantity) }),
  tenant: existingSubscription,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { table: subscriptions, tenantId, noun: 'subscription', input });
    moveSubscription('changePlan', before.status);
    const terms = termsOf(await holdPlan(tx, input.planId), input.quantity ?? before.quantity);
    return saveSubscription(tx, before, 'subscription.planChanged', terms);
  },
});
