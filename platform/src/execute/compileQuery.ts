/**
 * Compiles a sub-operation once, so that a row of an answer costs its values and not a look at the schema for each of
 * them. It is for queries in which nothing goes wrong: for all others there is graphql-js, which has every word of what
 * is told. A query may be executed twice, since it changes nothing, and what has been read is not read again.
 */
import {
  defaultFieldResolver,
  getArgumentValues,
  getVariableValues,
  Kind,
  OperationTypeNode,
  visit,
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { collectFields, type Fragments } from './collect.ts';
import { compileComplete, Irregular, type Call, type Execution, type Write } from './complete.ts';
import { abandon, isPromise } from './promises.ts';

/** The answer's data, or a promise of it. @throws, or rejects, when anything is not as it should be */
export type CompiledQuery = (context: unknown, variables: Readonly<Record<string, unknown>>) => unknown;

const NONE = Object.freeze({});

interface Slot {
  readonly key: string;
  /** What stands there in the answer. */
  readonly read: (source: unknown, execution: Execution) => unknown;
}

function writeSlots(slots: readonly Slot[], source: unknown, execution: Execution): unknown {
  const target: Record<string, unknown> = {};
  const waits: Promise<unknown>[] = [];
  try {
    for (const { key, read } of slots) {
      const value = read(source, execution);
      target[key] = value;
      if (isPromise(value)) waits.push(value.then((come) => (target[key] = come)));
    }
  } catch (error) {
    abandon(waits);
    throw error;
  }
  return waits.length === 0 ? target : Promise.all(waits).then(() => target);
}

type Place = Omit<GraphQLResolveInfo, 'variableValues'>;

/** What one execution calls a field's resolver with. */
function callOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  place: Place,
  { variables: variableValues }: Execution,
): Call {
  const parameters = field.args.length === 0 ? NONE : getArgumentValues(field, node, variableValues);
  return { parameters, info: { ...place, variableValues } };
}

class QueryCompiler {
  private readonly schema: GraphQLSchema;
  private readonly operation: OperationDefinitionNode;
  private readonly fragments: Fragments;
  private slotsMade = 0;

  constructor(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
  }

  /** Compiled when the first object of the type is seen. */
  object(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Write {
    let slots: readonly Slot[] | undefined;
    return (source, execution) => {
      slots ??= this.slots(type, sets);
      return writeSlots(slots, source, execution);
    };
  }

  private slots(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly Slot[] {
    if (type.isTypeOf != null) throw new Irregular();
    const fields = collectFields(this.schema, this.fragments, type, sets);
    return [...fields].map(([key, nodes]) => ({ key, read: this.read(type, key, nodes) }));
  }

  private read(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Slot['read'] {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    if (name === '__typename') return () => type.name;
    const field = type.getFields()[name] as GraphQLField<unknown, unknown> | undefined;
    if (node === undefined || field === undefined || key === '__proto__') throw new Irregular();
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const complete = compileComplete(field.type, (below) => this.object(below, sets));
    const { resolve = defaultFieldResolver } = field;
    const place = this.place(type, field, nodes);
    const index = (this.slotsMade += 1);
    return (source, execution) => {
      const call = (execution.calls[index] ??= callOf(field, node, place, execution));
      const value: unknown = resolve(source, call.parameters, execution.context, call.info);
      return isPromise(value)
        ? value.then((come) => complete(come, execution, call.info))
        : complete(value, execution, call.info);
    };
  }

  /** The same for all objects: no resolver of ours looks at where its own stands. */
  private place(parentType: GraphQLObjectType, field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]) {
    const { schema, operation, fragments } = this;
    const path = { prev: undefined, key: field.name, typename: parentType.name };
    const own = { fieldName: field.name, fieldNodes: nodes, returnType: field.type, parentType, path };
    return { ...own, schema, fragments, rootValue: undefined, operation };
  }
}

function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Undefined for what is not compiled: mutations, several operations in one text, whatever a directive decides on. */
export function compileQuery(schema: GraphQLSchema, document: DocumentNode): CompiledQuery | undefined {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation, ...others] = operations;
  const root = schema.getQueryType();
  if (operation === undefined || others.length > 0 || root == null || hasDirectives(document)) return undefined;
  if (operation.operation !== OperationTypeNode.QUERY) return undefined;
  const compiler = new QueryCompiler(schema, operation, fragmentsOf(document));
  const write = compiler.object(root, [operation.selectionSet]);
  return (context, given) => {
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
    if (coerced === undefined) throw new Irregular();
    return write(undefined, { context, variables: coerced, calls: [] });
  };
}
