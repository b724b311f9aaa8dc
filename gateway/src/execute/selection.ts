/** What a fetch asks for, as far as a plan must know it. */
import type { FetchNode } from '@apollo/query-planner';
import { Kind, parse, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

import type { Path } from './walk.ts';

export class Selection {
  private readonly root: SelectionSetNode | undefined;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor({ operation, requires }: FetchNode) {
    const { definitions } = parse(operation, { noLocation: true });
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    const whole = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.selectionSet;
    const [entities] = requires === undefined ? [] : this.fields(whole);
    this.root = requires === undefined ? whole : entities?.selectionSet;
  }

  /** Whether none of its fields has fields. */
  get hasLeavesAlone(): boolean {
    return this.fields(this.root).every(({ selectionSet }) => selectionSet === undefined);
  }

  /** Whether it has fields of these keys, each below the one before. */
  brings(keys: Path, set = this.root, at = 0): boolean {
    if (at === keys.length) return true;
    return this.fields(set).some(
      ({ alias, name, selectionSet }) => (alias ?? name).value === keys[at] && this.brings(keys, selectionSet, at + 1),
    );
  }

  /** With those of its fragments. */
  private fields(set: SelectionSetNode | undefined): readonly FieldNode[] {
    return (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
      return this.fields(inner?.selectionSet);
    });
  }
}
