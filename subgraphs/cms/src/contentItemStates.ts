import { stateMachine } from '@metatron/platform/verb/moves';

/** The states of a content item, and the verbs that lead from one to another. */
export const moveItem = stateMachine('content item', {
  publish: { from: ['draft', 'published'], to: 'published' },
  unpublish: { from: ['published'], to: 'draft' },
  archive: { from: ['draft', 'published'], to: 'archived' },
  restore: { from: ['archived'], to: 'draft' },
});

/** Editing leaves an item in its state; what is put away is restored first. */
export const editItem = stateMachine('content item', {
  update: { from: ['draft', 'published'], to: 'edited' },
});
