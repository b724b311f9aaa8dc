import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

import { InvalidRequest } from './refusal.ts';

/** The planner's own guard against fragments that multiply. */
const MAX_SELECTIONS = 10_000;

/** Counts what a document selects with its fragments entered, each fragment looked at once. */
class SelectionCounter {
  private readonly counts = new Map<string, number>();
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor({ definitions }: DocumentNode) {
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  count(set: SelectionSetNode | undefined): number {
    let count = 0;
    for (const selection of set?.selections ?? []) {
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      count += 1 + (isSpread ? this.fragment(selection.name.value) : this.count(selection.selectionSet));
    }
    return count;
  }

  private fragment(name: string): number {
    const known = this.counts.get(name);
    if (known !== undefined) return known;
    // A circle counts nothing: validation refuses it.
    this.counts.set(name, 0);
    const count = this.count(this.fragments.get(name)?.selectionSet);
    this.counts.set(name, count);
    return count;
  }
}

/** @throws InvalidRequest for a document whose fragments multiply beyond measure. */
export function assertBounded(document: DocumentNode): void {
  const counter = new SelectionCounter(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || counter.count(definition.selectionSet) <= MAX_SELECTIONS)
      continue;
    const message = 'The operation recursively requests too many selections.';
    throw new InvalidRequest('GRAPHQL_VALIDATION_FAILED', [new GraphQLError(message)]);
  }
}
