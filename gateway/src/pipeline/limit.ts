/** Stage `limit`: what an operation may cost, known from its text before anything is asked. */
import { PublicError } from '@metatron/platform/errors';
import {
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import type { Limited, Parsed } from './flow.ts';
import { withDefaults } from './variableDefaults.ts';

const MAX_DEPTH = 12;
/** Introspection nests `ofType`; its own depth is bounded apart. */
const MAX_INTROSPECTION_DEPTH = 20;
/** Fields that an answer may hold, lists counted at the size of a page. */
const MAX_COST = 100_000;
const DEFAULT_PAGE = 20;
/** By which a list is known whose size is asked for. */
const PAGED: ReadonlySet<string> = new Set(['edges', 'pageInfo']);
const MAX_PAGE = 100;

/** What an operation may be, as it is told to who asks for an explanation. */
export const LIMITS = { cost: MAX_COST, depth: MAX_DEPTH, page: MAX_PAGE } as const;

/** Fields that take a secret: one of them an operation, so that aliases do not multiply guesses. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'login',
  'tokenRefresh',
  'passwordChange',
  'passwordReset',
  'passwordResetRequest',
  'emailVerify',
]);

const bad = (message: string): PublicError => new PublicError('BAD_USER_INPUT', message);

class Meter {
  cost = 0;
  credentials = 0;
  /** Whether another request of the same text may cost something else. */
  varies = false;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly variables: Readonly<Record<string, unknown>>;

  constructor({ document, operation, asked }: Pick<Parsed, 'document' | 'operation' | 'asked'>) {
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    this.variables = withDefaults(operation, asked.variables);
  }

  walk(set: SelectionSetNode, depth: number, max: number, times: number): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.field(selection, depth, max, times);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.walk(selection.selectionSet, depth, max, times);
      else {
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) this.walk(fragment.selectionSet, depth, max, times);
      }
    }
  }

  private field(field: FieldNode, depth: number, max: number, times: number): void {
    const limit = field.name.value.startsWith('__') ? MAX_INTROSPECTION_DEPTH : max;
    if (depth > limit) throw bad(`The operation is nested deeper than ${String(limit)} levels.`);
    this.cost += times;
    if (this.cost > MAX_COST)
      throw bad('The operation asks for too much at once; ask for fewer fields or smaller pages.');
    if (CREDENTIALS.has(field.name.value) && depth === 1) this.credentials += 1;
    if (this.credentials > 1) throw bad('One field that takes a password or token is allowed in an operation.');
    if (field.selectionSet !== undefined) this.walk(field.selectionSet, depth + 1, limit, times * this.pageOf(field));
  }

  /** How many times a connection repeats what is below it. */
  private pageOf({ selectionSet, arguments: parameters = [] }: FieldNode): number {
    if (selectionSet === undefined || !this.isConnection(selectionSet)) return 1;
    const asked = parameters.filter(({ name }) => name.value === 'first' || name.value === 'last');
    this.varies ||= asked.some(({ value }) => value.kind === Kind.VARIABLE);
    // Null is none: the connection takes the size that it has without.
    const values = asked.map(({ value }): unknown => valueFromASTUntyped(value, this.variables) ?? DEFAULT_PAGE);
    const sizes = values.map(Number).filter((size) => Number.isFinite(size));
    return Math.min(Math.max(1, ...(sizes.length === 0 ? [DEFAULT_PAGE] : sizes)), MAX_PAGE);
  }

  /** By its own fields, through whatever fragments they come. */
  private isConnection({ selections }: SelectionSetNode): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return PAGED.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return this.isConnection(selection.selectionSet);
      const fragment = this.fragments.get(selection.name.value);
      return fragment !== undefined && this.isConnection(fragment.selectionSet);
    });
  }
}

/** The cost of operations that were let through, where no variable decides it. */
const fixedCosts = new WeakMap<OperationDefinitionNode, number>();

function costOf(parsed: Parsed): number {
  const { operation } = parsed;
  const known = fixedCosts.get(operation);
  if (known !== undefined) return known;
  const meter = new Meter(parsed);
  meter.walk(operation.selectionSet, 1, MAX_DEPTH, 1);
  if (!meter.varies) fixedCosts.set(operation, meter.cost);
  return meter.cost;
}

/**
 * Measures an operation.
 * @throws PublicError BAD_USER_INPUT for one beyond the limits.
 */
export function limit(parsed: Parsed): Limited {
  const cost = costOf(parsed);
  const { explanation } = parsed.context;
  if (explanation !== undefined) explanation.cost = cost;
  return { ...parsed, cost };
}
