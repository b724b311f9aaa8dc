import { stateMachine } from '@metatron/platform/verb/moves';

/** The states of a page, and the verbs that lead from one to another. */
export const movePage = stateMachine('page', {
  publish: { from: ['draft', 'published'], to: 'published' },
  unpublish: { from: ['published'], to: 'draft' },
});
