/** What an explained request answers with, as `extensions.explain`; the playground reads it too. */

/** A part of a plan, without addresses: a service's name, and GraphQL that the caller asked for. */
export type Step = Group | Fetch;

export interface Group {
  readonly kind: 'sequence' | 'parallel' | 'condition';
  /** The variable that a condition asks, such as `$more` or `not $more`. */
  readonly if?: string;
  readonly steps: readonly Step[];
}

export interface Fetch {
  readonly kind: 'fetch';
  readonly service: string;
  /** Where in the answer the entities are that it completes; empty at the root. */
  readonly at: string;
  /** The types of those entities. */
  readonly entities: readonly string[];
  readonly fields: readonly string[];
  /** All that it selects, as GraphQL. */
  readonly selection: string;
  /** When it was sent, in milliseconds after the request came, and how long it took; null when nothing had to be asked. */
  readonly startedAt: number | null;
  readonly milliseconds: number | null;
}

export interface Report {
  /** The fields that the answer may hold, lists counted at the size of a page. */
  readonly cost: number;
  readonly limits: { readonly cost: number; readonly depth: number; readonly page: number };
  readonly milliseconds: number;
  /** Null when no service was asked. */
  readonly plan: Step | null;
}
