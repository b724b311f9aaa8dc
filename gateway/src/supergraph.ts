/** What the composed supergraph says about itself: which domain each field lives in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isDomain, type Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';
import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

export const supergraphFile = join(import.meta.dirname, '..', 'supergraph.graphql');

/** The owner of a field; undefined for one that several domains resolve, which inherits its parent's rule. */
export type Owners = ReadonlyMap<string, Domain | undefined>;

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

function ownerOf(field: FieldDefinitionNode, typeGraphs: readonly string[]): Domain | undefined {
  const joins = named(field.directives, 'join__field').filter(
    (directive) => argument(directive, 'external') !== 'true',
  );
  const graphs = joins.length === 0 ? typeGraphs : joins.map((directive) => argument(directive, 'graph') ?? '');
  return graphs.length === 1 && graphs[0] !== undefined && graphs[0] !== '' ? toDomain(graphs[0]) : undefined;
}

/** The owners of all fields of object types, by schema coordinate. */
export function readOwners(document: DocumentNode): Owners {
  const types = document.definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode => definition.kind === Kind.OBJECT_TYPE_DEFINITION,
  );
  return new Map(
    types.flatMap((type) => {
      const graphs = [
        ...new Set(named(type.directives, 'join__type').map((directive) => argument(directive, 'graph') ?? '')),
      ];
      return (type.fields ?? []).map((field): [string, Domain | undefined] => [
        `${type.name.value}.${field.name.value}`,
        ownerOf(field, graphs),
      ]);
    }),
  );
}

/** @throws StartupError when the committed supergraph cannot be read. */
export function readSupergraph(file = supergraphFile): Supergraph {
  try {
    const sdl = readFileSync(file, 'utf8');
    return { sdl, owners: readOwners(parse(sdl, { noLocation: true })) };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The supergraph ${file} cannot be used: ${(error as Error).message}`,
      'Run `node gateway/src/composeSupergraph.ts`.',
    );
  }
}
