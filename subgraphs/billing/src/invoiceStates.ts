import { stateMachine } from '@metatron/platform/verb/moves';

/** What may be done with an invoice, by its status. The database refuses the same. */
export const moveInvoice = stateMachine('invoice', {
  update: { from: ['draft'] },
  finalize: { from: ['draft'], to: 'open' },
  payPartly: { from: ['open', 'uncollectible'] },
  pay: { from: ['open', 'uncollectible'], to: 'paid' },
  void: { from: ['open', 'uncollectible'], to: 'void' },
});
