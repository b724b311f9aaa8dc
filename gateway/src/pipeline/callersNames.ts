/** What Apollo's executor answers, under the names that the caller has given to fields. */
import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { errorInAnswer, type PlanNames } from '../execute/planNames.ts';
import { isRow, setOwn, type Row } from '../execute/rows.ts';

type Sets = readonly SelectionSetNode[];

/** Renames the fields of data in the order in which they stand; what is in a scalar has no names. */
class Renaming {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly names: PlanNames;

  constructor(document: DocumentNode, names: PlanNames) {
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    this.names = names;
  }

  rename(value: unknown, sets: Sets): unknown {
    if (Array.isArray(value)) return value.map((item) => this.rename(item, sets));
    if (!isRow(value)) return value;
    const below = new Map<string, SelectionSetNode[]>();
    this.collect(sets, below);
    const renamed: Row = {};
    for (const key of Object.keys(value)) {
      const own = below.get(key) ?? [];
      setOwn(renamed, this.names.inAnswer(key), own.length === 0 ? value[key] : this.rename(value[key], own));
    }
    return renamed;
  }

  /** By its name in the plan, what is asked of each field. */
  private collect(sets: Sets, into: Map<string, SelectionSetNode[]>): void {
    for (const selection of sets.flatMap(({ selections }) => selections)) {
      const isField = selection.kind === Kind.FIELD;
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const set = (isSpread ? this.fragments.get(selection.name.value) : selection)?.selectionSet;
      if (set === undefined) continue;
      if (!isField) this.collect([set], into);
      else into.set(this.names.inPlan(selection), [...(into.get(this.names.inPlan(selection)) ?? []), set]);
    }
  }
}

/** A value that is against the schema: its message ends with the name of its field. */
function faultInAnswer(fault: GraphQLError, names: PlanNames): GraphQLError {
  const { message, path, extensions } = errorInAnswer(fault, names);
  const told = message.replace(/\w+(?=\.$)/, names.inAnswer);
  return new GraphQLError(told, { extensions, path });
}

/** @param document as it was asked, with the operation that has run */
export function inCallersNames(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
  names: PlanNames,
  result: ExecutionResult,
): ExecutionResult {
  const { data, errors, extensions } = result;
  const faults = extensions?.['valueCompletion'] as readonly GraphQLError[] | undefined;
  const told = faults?.map((fault) => faultInAnswer(fault, names));
  const renamed = data == null ? data : (new Renaming(document, names).rename(data, [selectionSet]) as Row);
  return {
    ...(renamed === undefined ? {} : { data: renamed }),
    ...(errors === undefined ? {} : { errors: errors.map((error) => errorInAnswer(error, names)) }),
    ...(told === undefined ? {} : { extensions: { ...extensions, valueCompletion: told } }),
  };
}
