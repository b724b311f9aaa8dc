import type { Verb, VerbResult } from './verb.ts';

interface Arguments {
  readonly input: unknown;
}

type Payload<Noun extends string, Value> = Pick<VerbResult<never>, 'userErrors'> & Readonly<Record<Noun, Value | null>>;

/** The resolver of a mutation that answers with what it changed, under the noun. */
export function payload<Noun extends string, Context, Row>(noun: Noun, verb: Verb<Context, Row>) {
  return async (_parent: unknown, { input }: Arguments, ctx: Context): Promise<Payload<Noun, Row>> => {
    const { row, userErrors } = await verb({ ctx, input });
    return { [noun]: row, userErrors } as Payload<Noun, Row>;
  };
}

/** The resolver of a deletion, which answers with the id of what is gone. */
export function deletion<Context>(verb: Verb<Context, { readonly id: string }>) {
  return async (_parent: unknown, { input }: Arguments, ctx: Context): Promise<Payload<'deletedId', string>> => {
    const { row, userErrors } = await verb({ ctx, input });
    return { deletedId: row?.id ?? null, userErrors };
  };
}
