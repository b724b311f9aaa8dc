import type { ExecutionResult, GraphQLError } from 'graphql';

/** What an operation has come to, its data as JSON: nobody but the client looks into most of it. */
export interface Outcome {
  /** Undefined when there is none, not even null. */
  readonly json: string | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** The whole answer, once it is written. A WeakMap would keep it for longer than the outcome itself. */
  text?: string;
}

/** Quotes, backslashes, control characters and halves of surrogate pairs, by what is none of them. */
const ESCAPED = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

/** The text of a value that JSON has one for. Most are strings that stand as they are. */
export const jsonOf = (value: unknown): string =>
  typeof value === 'string' && !ESCAPED.test(value) ? `"${value}"` : JSON.stringify(value);

export const outcomeOf = ({ data, errors, extensions }: ExecutionResult): Outcome => ({
  json: data === undefined ? undefined : jsonOf(data),
  ...{ errors, extensions },
});
