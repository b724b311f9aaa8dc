/** What the composed supergraph says about itself: which domain each field lives in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isDomain, type Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';
import { VALUE_TYPES } from '@metatron/platform/sdl/files';
import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

import { assertMatrix } from './assertMatrix.ts';
import { assertRequires } from './assertRequires.ts';

export const supergraphFile = join(import.meta.dirname, '..', 'supergraph.graphql');

/** The owner of each field; `shared` for one that several domains resolve, which inherits its parent's rule. */
export type Owners = ReadonlyMap<string, Domain | 'shared'>;

export interface Supergraph {
  readonly sdl: string;
  readonly owners: Owners;
}

const argument = (directive: ConstDirectiveNode, name: string): string | undefined => {
  const value = directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
  if (value?.kind === Kind.ENUM || value?.kind === Kind.STRING) return value.value;
  return value?.kind === Kind.BOOLEAN ? String(value.value) : undefined;
};

const named = (directives: readonly ConstDirectiveNode[] | undefined, name: string): ConstDirectiveNode[] =>
  (directives ?? []).filter((directive) => directive.name.value === name);

function toDomain(graph: string): Domain {
  const domain = graph.toLowerCase();
  if (!isDomain(domain)) throw new StartupError(`The supergraph names a subgraph ${graph}, which is no domain.`);
  return domain;
}

const graphsOf = (directives: readonly ConstDirectiveNode[] | undefined): readonly string[] => [
  ...new Set(named(directives, 'join__type').map((directive) => argument(directive, 'graph') ?? '')),
];

/** What identifies a type's entities, by `join__type`: the fields that several domains have by right. */
function isKey(type: ObjectTypeDefinitionNode, field: string): boolean {
  return named(type.directives, 'join__type').some((directive) => argument(directive, 'key') === field);
}

/** @throws StartupError for a field that would have no row of the matrix. */
function ownerOf(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): Domain | 'shared' {
  const joins = named(field.directives, 'join__field').filter(
    (directive) => argument(directive, 'external') !== 'true',
  );
  const graphs = joins.length === 0 ? graphsOf(type.directives) : joins.map((join) => argument(join, 'graph') ?? '');
  const [graph, ...others] = graphs;
  if (graph !== undefined && graph !== '' && others.length === 0) return toDomain(graph);
  if (others.length > 0 && (VALUE_TYPES.has(type.name.value) || isKey(type, field.name.value))) return 'shared';
  throw new StartupError(
    `${type.name.value}.${field.name.value} has no owner in the supergraph, so that no row of the access matrix speaks of it.`,
    'Resolve it in one subgraph alone; only keys and the types of platform/src/sdl/common.graphql may be shared.',
  );
}

const isObjectType = (definition: DefinitionNode): definition is ObjectTypeDefinitionNode =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION;

/** The owners of all fields of object types, by schema coordinate. */
export function readOwners(document: DocumentNode): Owners {
  const types = document.definitions.filter(isObjectType);
  return new Map(
    types.flatMap((type) =>
      (type.fields ?? []).map((field) => [`${type.name.value}.${field.name.value}`, ownerOf(type, field)] as const),
    ),
  );
}

/** @throws StartupError when the committed supergraph cannot be read. */
export function readSupergraph(file = supergraphFile): Supergraph {
  try {
    const sdl = readFileSync(file, 'utf8');
    const document = parse(sdl, { noLocation: true });
    const owners = readOwners(document);
    assertMatrix(owners);
    assertRequires(document, owners);
    return { sdl, owners };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The supergraph ${file} cannot be used: ${(error as Error).message}`,
      'Run `node gateway/src/composeSupergraph.ts`.',
    );
  }
}
