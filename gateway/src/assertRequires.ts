/**
 * A field that a subgraph works out from others (`@requires`) tells of them: whoever may use it must
 * be let to each of those. The check of an operation sees only what the operation names (GHSA-m8jr-fxqx-8xx6).
 */
import { StartupError } from '@metatron/platform/errors';
import {
  Kind,
  parse,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

import type { Owners } from './supergraph.ts';
import { verdictOn } from './verdicts.ts';

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** The field sets that a field's `join__field` directives name, as selections. */
function requiredBy({ directives = [] }: FieldDefinitionNode): SelectionSetNode[] {
  return directives
    .filter(({ name }) => name.value === 'join__field')
    .flatMap(({ arguments: given = [] }) => given.filter(({ name }) => name.value === 'requires'))
    .flatMap(({ value }) => (value.kind === Kind.STRING ? parse(`{ ${value.value} }`).definitions : []))
    .flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.selectionSet] : []));
}

/** Every coordinate that a selection on a type reads. */
function coordinatesIn(set: SelectionSetNode, type: string, types: Types): string[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return coordinatesIn(selection.selectionSet, selection.typeCondition?.name.value ?? type, types);
    if (selection.kind !== Kind.FIELD) return [];
    const field = types.get(type)?.fields?.find(({ name }) => name.value === selection.name.value);
    const below =
      selection.selectionSet === undefined || field === undefined
        ? []
        : coordinatesIn(selection.selectionSet, namedType(field.type), types);
    return [`${type}.${selection.name.value}`, ...below];
  });
}

/** Who may use `reader` and not what it is worked out from. */
function strangers(reader: string, read: string, owners: Owners): string[] {
  const [of, from] = [owners.get(reader), owners.get(read)];
  if (of === undefined || from === undefined || of === 'shared' || from === 'shared') return [];
  const { allowed } = verdictOn(read, from);
  return [...verdictOn(reader, of).allowed].filter((person) => !allowed.has(person));
}

/** @throws StartupError naming each field that would tell of one that its readers may not use. */
export function assertRequires(document: DocumentNode, owners: Owners): void {
  const objects = document.definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  const types: Types = new Map(objects.map((type) => [type.name.value, type]));
  const faults = objects.flatMap((type) =>
    (type.fields ?? []).flatMap((field) => {
      const reader = `${type.name.value}.${field.name.value}`;
      const reads = requiredBy(field).flatMap((set) => coordinatesIn(set, type.name.value, types));
      return reads.flatMap((read) =>
        strangers(reader, read, owners).map((person) => `  ${reader} would tell ${person} of ${read}`),
      );
    }),
  );
  if (faults.length === 0) return;
  throw new StartupError(
    `Fields that are worked out from others are open to more people than those:\n${faults.join('\n')}`,
    'Narrow the field by an exception in platform/src/access/matrix.ts, or do not require the other.',
  );
}
