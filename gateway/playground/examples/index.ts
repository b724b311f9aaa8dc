import { adminExamples } from './admin.ts';
import { clientExamples } from './client.ts';
import type { Example } from './example.ts';
import { superadminExamples } from './superadmin.ts';
import { visitorExamples } from './visitor.ts';

export const examples: Readonly<Record<'SUPERADMIN' | 'ADMIN' | 'CLIENT' | 'VISITOR', readonly Example[]>> = {
  SUPERADMIN: superadminExamples,
  ADMIN: adminExamples,
  CLIENT: clientExamples,
  VISITOR: visitorExamples,
};

/** The ready-made operations of a role; a visitor has none. */
export function examplesOf(role: string | undefined): readonly Example[] {
  return role !== undefined && role in examples ? examples[role as keyof typeof examples] : examples.VISITOR;
}

const untouched: ReadonlySet<string> = new Set(
  Object.values(examples).flatMap((all) => all.map(({ query }) => query.trim())),
);

/** Whether a tab's text is empty or an example as it stands, so that nobody's work is lost with it. */
export const isUntouched = (text: string): boolean => text.trim() === '' || untouched.has(text.trim());
