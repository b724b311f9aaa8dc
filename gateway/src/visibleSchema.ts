/**
 * The schema as one person of the matrix may see it: without the fields that are denied, and
 * without the types, arguments and input fields that only those led to. For looking alone;
 * operations are validated against the whole schema, so that a denied field answers FORBIDDEN.
 */
import type { Person } from '@metatron/platform/access/matrix';
import {
  buildASTSchema,
  isTypeDefinitionNode,
  Kind,
  parse,
  printSchema,
  specifiedScalarTypes,
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

import { mayName } from './pipeline/tenantNames.ts';

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** The fields of interfaces are refused with those of any type that implements them. */
function deniedOnInterfaces(schema: GraphQLSchema, denied: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(denied);
  for (const coordinate of denied) {
    const [type = '', field = ''] = coordinate.split('.');
    const definition = schema.getType(type);
    const interfaces = definition !== undefined && 'getInterfaces' in definition ? definition.getInterfaces() : [];
    for (const { name } of interfaces) all.add(`${name}.${field}`);
  }
  return all;
}

/** Decides on the parts of definitions, given the names of the types that are left. */
class Sieve {
  private readonly denied: ReadonlySet<string>;
  private readonly person: Person;

  constructor(denied: ReadonlySet<string>, person: Person) {
    this.denied = denied;
    this.person = person;
  }

  /** The definition without what is hidden; undefined when nothing of it is left. */
  sift(definition: TypeDefinitionNode, left: ReadonlySet<string>): TypeDefinitionNode | undefined {
    const type = definition.name.value;
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const fields = (definition.fields ?? []).flatMap((field) => this.field(type, field, left));
        const interfaces = (definition.interfaces ?? []).filter(({ name }) => left.has(name.value));
        return fields.length === 0 ? undefined : { ...definition, fields, interfaces };
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
        const fields = this.inputs(type, definition.fields, left);
        return fields.length === 0 ? undefined : { ...definition, fields };
      }
      case Kind.UNION_TYPE_DEFINITION: {
        const types = (definition.types ?? []).filter(({ name }) => left.has(name.value));
        return types.length === 0 ? undefined : { ...definition, types };
      }
      default:
        return definition;
    }
  }

  private field(type: string, field: FieldDefinitionNode, left: ReadonlySet<string>): FieldDefinitionNode[] {
    if (this.denied.has(`${type}.${field.name.value}`) || !left.has(namedType(field.type))) return [];
    return [{ ...field, arguments: this.inputs(undefined, field.arguments, left) }];
  }

  private inputs(
    type: string | undefined,
    inputs: readonly InputValueDefinitionNode[] | undefined,
    left: ReadonlySet<string>,
  ): InputValueDefinitionNode[] {
    return (inputs ?? []).filter(
      (input) => left.has(namedType(input.type)) && mayName(this.person, input.name.value, type),
    );
  }
}

const BUILT_IN = specifiedScalarTypes.map(({ name }) => name);

const namesOf = (definitions: readonly TypeDefinitionNode[]): ReadonlySet<string> =>
  new Set([...BUILT_IN, ...definitions.map(({ name }) => name.value)]);

/** A type that empties takes the fields that lead to it along, and those may empty others. */
function siftAll(definitions: readonly TypeDefinitionNode[], sieve: Sieve): TypeDefinitionNode[] {
  const left = namesOf(definitions);
  const kept = definitions.flatMap((definition) => sieve.sift(definition, left) ?? []);
  return kept.length === definitions.length ? kept : siftAll(kept, sieve);
}

const typesOf = (inputs: readonly InputValueDefinitionNode[] | undefined): string[] =>
  (inputs ?? []).map(({ type }) => namedType(type));

function refersTo(definition: DefinitionNode): string[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const fields = (definition.fields ?? []).flatMap((field) => [namedType(field.type), ...typesOf(field.arguments)]);
      return [...fields, ...(definition.interfaces ?? []).map(({ name }) => name.value)];
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return typesOf(definition.fields);
    case Kind.UNION_TYPE_DEFINITION:
      return (definition.types ?? []).map(({ name }) => name.value);
    case Kind.DIRECTIVE_DEFINITION:
      return typesOf(definition.arguments);
    default:
      return [];
  }
}

/** The names of the types that a way from the roots leads to. */
function reachable(types: readonly TypeDefinitionNode[], roots: readonly string[]): ReadonlySet<string> {
  const byName = new Map(types.map((definition) => [definition.name.value, definition]));
  const seen = new Set<string>();
  const implementing = (name: string): string[] =>
    types
      .filter((type) => 'interfaces' in type && type.interfaces.some((one) => one.name.value === name))
      .map((type) => type.name.value);
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const definition = byName.get(name);
    if (seen.has(name) || definition === undefined) continue;
    seen.add(name);
    open.push(...refersTo(definition));
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) open.push(...implementing(name));
  }
  return seen;
}

/** What of the API schema a person may see, given the coordinates that the matrix denies them. */
export function visibleSchema(schema: GraphQLSchema, denied: ReadonlySet<string>, person: Person): GraphQLSchema {
  const { definitions } = parse(printSchema(schema), { noLocation: true });
  const sieve = new Sieve(deniedOnInterfaces(schema, denied), person);
  const types = siftAll(definitions.filter(isTypeDefinitionNode), sieve);
  const directives = definitions.filter(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION);
  const shown = reachable(types, ['Query', 'Mutation', ...directives.flatMap(refersTo)]);
  return buildASTSchema({
    kind: Kind.DOCUMENT,
    definitions: [...directives, ...types.filter(({ name }) => shown.has(name.value))],
  });
}
