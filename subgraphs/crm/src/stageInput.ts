/** The stages that a caller gives a pipeline, checked and set in order. */
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import type { Stage } from '@metatron/prisma/crm/stages';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { sameName } from './stages.ts';

const MAX_STAGES = 50;

const one = z.object({
  id: fields.kept(fields.text(50)),
  name: fields.text(50).regex(/^\P{Cc}+$/u, 'This must be one line of text.'),
  probability: fields.kept(
    z.int().min(0, 'This must be between 0 and 100.').max(100, 'This must be between 0 and 100.'),
  ),
  kind: z
    .enum(['open', 'won', 'lost'])
    .nullish()
    .transform((kind) => kind ?? 'open'),
});

export type StageInput = z.output<typeof one>;

const certainty = { open: undefined, won: 100, lost: 0 } as const;

export const stageInputs = z
  .array(one)
  .min(1, 'A pipeline needs a stage.')
  .max(MAX_STAGES, `A pipeline has at most ${String(MAX_STAGES)} stages.`)
  .superRefine((stages, issues) => {
    if (!stages.some(({ kind }) => kind === 'open'))
      issues.addIssue({ code: 'custom', message: 'At least one stage must be open.' });
    for (const [index, { name, kind, probability }] of stages.entries()) {
      const certain = certainty[kind];
      if (stages.findIndex((other) => sameName(other.name, name)) < index)
        issues.addIssue({ code: 'custom', path: [index, 'name'], message: 'Two stages cannot have one name.' });
      if (certain !== undefined && (probability ?? certain) !== certain)
        issues.addIssue({
          code: 'custom',
          path: [index, 'probability'],
          message: `In a ${kind} stage this is ${String(certain)}.`,
        });
    }
  });

/** The stage that an input goes on with: the one of its id, else of its name; none for a new one. */
function predecessor({ id, name }: StageInput, index: number, existing: readonly Stage[]): Stage | undefined {
  if (id === undefined) return existing.find((stage) => sameName(stage.name, name));
  const found = existing.find((stage) => stage.id === id);
  if (found === undefined)
    throw new Refusal('NOT_FOUND', 'The pipeline has no stage of this id.', ['stages', String(index), 'id']);
  return found;
}

/** The stages as they are stored. @throws Refusal when two inputs go on with the same stage. */
export function arrange(inputs: readonly StageInput[], existing: readonly Stage[]): Stage[] {
  const stages = inputs.map((input, index): Stage => {
    const id = predecessor(input, index, existing)?.id ?? uuidv7();
    return {
      id,
      name: input.name,
      order: index + 1,
      probability: certainty[input.kind] ?? input.probability ?? 0,
      kind: input.kind,
    };
  });
  if (new Set(stages.map(({ id }) => id)).size < stages.length)
    throw new Refusal('INVALID', 'Two stages go on with the same one.', 'stages');
  return stages;
}
