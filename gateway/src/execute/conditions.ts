/** The Boolean variables that `@skip` and `@include` look at: each combination is compiled apart. */
import {
  isVariable,
  type Directive,
  type Operation,
  type Selection,
  type SelectionSet,
} from '@apollo/federation-internals';
import type { PlanNode, QueryPlan } from '@apollo/query-planner';

import { readOwn } from './rows.ts';
import { Unsupported } from './run.ts';

export type Conditions = ReadonlyMap<string, boolean>;

type Condition = Directive<never, { if: unknown }>;

const conditionsOn = ({ element }: Selection): readonly Condition[] =>
  element.appliedDirectives.filter(({ name }) => name === 'skip' || name === 'include') as unknown as Condition[];

function inSelections(set: SelectionSet, found: Set<string>): void {
  for (const selection of set.selections()) {
    for (const directive of conditionsOn(selection)) {
      const { if: value } = directive.arguments();
      if (isVariable(value)) found.add(value.name);
    }
    if (selection.kind === 'FieldSelection' && selection.element.definition.isSchemaIntrospectionField())
      throw new Unsupported('introspection');
    if (selection.selectionSet !== undefined) inSelections(selection.selectionSet, found);
  }
}

function inPlan(node: PlanNode | undefined, found: Set<string>): void {
  if (node === undefined) return;
  if (node.kind === 'Sequence' || node.kind === 'Parallel') node.nodes.forEach((child) => inPlan(child, found));
  if (node.kind === 'Flatten') inPlan(node.node, found);
  if (node.kind !== 'Condition') return;
  found.add(node.condition);
  inPlan(node.ifClause, found);
  inPlan(node.elseClause, found);
}

/**
 * The variables that decide what of an operation is there.
 * @throws Unsupported when it asks for the schema.
 */
export function conditionVariables(operation: Operation, { node }: QueryPlan): readonly string[] {
  const found = new Set<string>();
  inSelections(operation.selectionSet, found);
  if (node !== undefined && node.kind !== 'Subscription') inPlan(node, found);
  return [...found];
}

/** What the variables say in one request; undefined when one of them is no Boolean. */
export function decide(
  names: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, unknown>>,
): Conditions | undefined {
  const decided = new Map<string, boolean>();
  for (const name of names) {
    const value = readOwn(variables, name) ?? (Object.hasOwn(variables, name) ? undefined : defaults[name]);
    if (typeof value !== 'boolean') return undefined;
    decided.set(name, value);
  }
  return decided;
}

/** Whether a selection is left out. */
export function isSkipped(selection: Selection, conditions: Conditions): boolean {
  return conditionsOn(selection).some((directive) => {
    const { if: value } = directive.arguments();
    const holds = isVariable(value) ? conditions.get(value.name) === true : value === true;
    return holds === (directive.name === 'skip');
  });
}
