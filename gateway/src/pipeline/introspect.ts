/** `__schema` and `__type` are answered from the schema as the caller may see it. */
import type { Person } from '@metatron/platform/access/matrix';
import {
  BREAK,
  executeSync,
  GraphQLError,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';

import type { AccessTable } from '../accessTable.ts';
import { visibleSchema } from '../visibleSchema.ts';
import type { Planned } from './flow.ts';
import { prune } from './prune.ts';

/** A field that asks for the schema. `__typename` asks for data. */
export const isIntrospection = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';

/** The part of a document that asks for the schema; undefined when none does. */
export function introspectionOf(document: DocumentNode): DocumentNode | undefined {
  const asking: FieldNode[] = [];
  visit(document, {
    Field(field) {
      if (!isIntrospection(field)) return undefined;
      asking.push(field);
      return BREAK;
    },
  });
  return asking.length > 0 ? prune(document, (field) => (isIntrospection(field) ? 'keep' : 'remove')) : undefined;
}

/** The schema as each person may see it. */
export class Introspector {
  private readonly schema: GraphQLSchema;
  private readonly table: AccessTable;
  private readonly schemas = new Map<Person, GraphQLSchema>();

  constructor(schema: GraphQLSchema, table: AccessTable) {
    this.schema = schema;
    this.table = table;
  }

  /** What of an operation asks for the schema, answered; undefined when nothing does. */
  introspect({ asked, decision, operation, person }: Planned): ExecutionResult | undefined {
    const document = decision.introspection;
    if (document === undefined) return undefined;
    const operationName = operation.name?.value;
    const result = executeSync({
      ...{ schema: this.visible(person), document, operationName },
      variableValues: asked.variables,
    });
    if (result.errors === undefined) return result;
    const errors = result.errors.map(
      ({ message }) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }),
    );
    return { ...result, errors };
  }

  /** Made when a person of the matrix first asks. */
  private visible(person: Person): GraphQLSchema {
    const made = this.schemas.get(person) ?? visibleSchema(this.schema, this.table[person], person);
    this.schemas.set(person, made);
    return made;
  }
}
