export interface UserError {
  readonly field?: readonly string[] | null;
  readonly message: string;
}

/** The message for one field of a form; its path is written `value.amount`. */
export const faultAt = (userErrors: readonly UserError[], path: string): string | undefined =>
  userErrors.find(({ field }) => field?.join('.') === path)?.message;

/** Messages that belong to none of the fields that the form shows. */
export const faultsElsewhere = (userErrors: readonly UserError[], shown: readonly string[]): string[] =>
  userErrors.filter(({ field }) => !shown.includes(field?.join('.') ?? '')).map(({ message }) => message);
