import { stateMachine } from '@metatron/platform/verb/moves';

/** What may become of a template; a published one goes on being edited as a draft beside. */
export const moveTemplate = stateMachine('template', {
  publish: { from: ['draft', 'published'], to: 'published' },
  archive: { from: ['draft', 'published'], to: 'archived' },
  restore: { from: ['archived'], to: 'draft' },
});
