/** Which fields an operation asks of an object, by the key that each has in the answer. */
import {
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export type FieldsByKey = ReadonlyMap<string, readonly FieldNode[]>;

/** Goes through the selections of one type of object: without directives nothing else decides. */
class Collector {
  readonly fields = new Map<string, FieldNode[]>();
  private readonly visited = new Set<string>();
  private readonly schema: GraphQLSchema;
  private readonly fragments: Fragments;
  private readonly type: GraphQLObjectType;

  constructor(schema: GraphQLSchema, fragments: Fragments, type: GraphQLObjectType) {
    this.schema = schema;
    this.fragments = fragments;
    this.type = type;
  }

  collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.add(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        this.enter(selection.typeCondition?.name.value, selection.selectionSet);
      else this.spread(selection.name.value);
    }
  }

  private add(field: FieldNode): void {
    const key = field.alias?.value ?? field.name.value;
    const known = this.fields.get(key);
    if (known === undefined) this.fields.set(key, [field]);
    else known.push(field);
  }

  private spread(name: string): void {
    const fragment = this.fragments[name];
    if (fragment === undefined || this.visited.has(name)) return;
    this.visited.add(name);
    this.enter(fragment.typeCondition.name.value, fragment.selectionSet);
  }

  private enter(condition: string | undefined, set: SelectionSetNode): void {
    const type = condition === undefined ? this.type : this.schema.getType(condition);
    if (type === this.type || (isAbstractType(type) && this.schema.isSubType(type, this.type))) this.collect(set);
  }
}

/** @param sets the selections of all places that stand for the object */
export function collectFields(
  schema: GraphQLSchema,
  fragments: Fragments,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): FieldsByKey {
  const collector = new Collector(schema, fragments, type);
  for (const set of sets) collector.collect(set);
  return collector.fields;
}
