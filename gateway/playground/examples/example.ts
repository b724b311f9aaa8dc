/** A ready-made operation of the playground. */
export interface Example {
  readonly title: string;
  readonly about: string;
  readonly query: string;
  /** It changes data. */
  readonly writes?: true;
  /** It waits for what only the caller knows, so a click opens it and does not run it. */
  readonly waits?: true;
  /** Sent along, beside who is signed in; they stand in the headers' pane. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It needs the demo data. */
  readonly demo?: true;
  /** Asked first; its answer's values take the places of the placeholders in the query. */
  readonly lookUp?: { readonly query: string; readonly values: Readonly<Record<string, string>> };
}

function valueAt(data: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], data);
  if (typeof found !== 'string') throw new Error('There is nothing yet that this example could work on.');
  return found;
}

/** The example's query with its placeholders filled in. @throws when the data has nothing for one. */
export function fillIn({ query, lookUp }: Example, data: unknown): string {
  return Object.entries(lookUp?.values ?? {}).reduce(
    (text, [placeholder, path]) => text.replaceAll(placeholder, valueAt(data, path)),
    query,
  );
}
