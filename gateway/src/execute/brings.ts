import type { FetchNode } from '@apollo/query-planner';
import { Kind, parse, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

import type { Path } from './walk.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Whether a selection has fields of these keys, each below the one before. */
function selects(set: SelectionSetNode | undefined, keys: Path, fragments: Fragments, at = 0): boolean {
  if (at === keys.length) return true;
  return (set?.selections ?? []).some((selection) => {
    if (selection.kind === Kind.FIELD) {
      const { alias, name, selectionSet } = selection;
      return (alias ?? name).value === keys[at] && selects(selectionSet, keys, fragments, at + 1);
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return selects(inner?.selectionSet, keys, fragments, at);
  });
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const found = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(found.map((fragment) => [fragment.name.value, fragment]));
}

/** Whether a fetch answers with what stands at a place below its own. */
export function brings({ operation, requires }: FetchNode, own: Path, place: Path): boolean {
  if (own.length >= place.length || own.some((part, index) => place[index] !== part)) return false;
  const document = parse(operation, { noLocation: true });
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const keys = place.slice(own.length).filter((part) => part !== '@');
  return selects(root?.selectionSet, requires === undefined ? keys : ['_entities', ...keys], fragmentsOf(document));
}
