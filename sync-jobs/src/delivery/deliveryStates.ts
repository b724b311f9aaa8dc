import { stateMachine } from '@metatron/platform/verb/moves';

/** What delivery may do to a message; what a person may is the subgraph's. None leads back. */
export const moveDelivery = stateMachine('message', {
  start: { from: ['pending', 'sending'], to: 'sending' },
  accept: { from: ['sending'], to: 'sent' },
  arrive: { from: ['sending'], to: 'delivered' },
  giveUp: { from: ['sending'], to: 'failed' },
  bounce: { from: ['sending'], to: 'bounced' },
  suppress: { from: ['pending', 'sending'], to: 'suppressed' },
});

const OPEN: ReadonlySet<string> = new Set(['pending', 'sending']);

/** Whether delivery still has something to do. */
export const isOpen = (status: string): boolean => OPEN.has(status);
