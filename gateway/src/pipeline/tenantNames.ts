/** The tenant comes from the sign-in: what a request may not name, and how it is found. */
import type { Person } from '@metatron/platform/access/matrix';
import { PublicError } from '@metatron/platform/errors';
import {
  isInputObjectType,
  isListType,
  isNonNullType,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** The input fields named `tenantId` that a tenant's own caller may send. */
const TENANT_CHOICES: ReadonlySet<string> = new Set(['TenantSwitchInput']);

/** Whether a person may send an argument, or a field of an input type, of this name at all. */
export function mayName(person: Person, name: string, inputType: string | undefined): boolean {
  const fromToken = person === 'client' || person === 'key';
  return !fromToken || name !== 'tenantId' || (inputType !== undefined && TENANT_CHOICES.has(inputType));
}

/** Whether a value of an input type names a tenant. JSON is the caller's own: its keys name nothing. */
function namesTenant(value: unknown, type: GraphQLInputType): boolean {
  if (value === null || value === undefined) return false;
  if (isNonNullType(type)) return namesTenant(value, type.ofType);
  if (isListType(type)) return [value].flat().some((item) => namesTenant(item, type.ofType));
  if (!isInputObjectType(type) || TENANT_CHOICES.has(type.name)) return false;
  const fields = type.getFields();
  return Object.entries(value).some(([name, child]) => {
    const field = fields[name];
    return field !== undefined && child != null && (name === 'tenantId' || namesTenant(child, field.type));
  });
}

interface TypedArgument {
  readonly node: ArgumentNode;
  readonly type: GraphQLInputType | undefined;
}

/** By document, which is kept parsed: its arguments with their types are found once. */
const typedArguments = new WeakMap<DocumentNode, readonly TypedArgument[]>();

function argumentsOf(schema: GraphQLSchema, document: DocumentNode): readonly TypedArgument[] {
  const known = typedArguments.get(document);
  if (known !== undefined) return known;
  const found: TypedArgument[] = [];
  const typeInfo = new TypeInfo(schema);
  const Argument = (node: ArgumentNode): false => {
    found.push({ node, type: typeInfo.getInputType() ?? undefined });
    return false;
  };
  visit(document, visitWithTypeInfo(typeInfo, { Argument }));
  typedArguments.set(document, found);
  return found;
}

/**
 * The tenant comes from the token alone: a tenant's caller that names one, even its own, gets
 * nothing. Asked of what is left after denials, so that a forbidden field is called forbidden.
 * @throws PublicError BAD_USER_INPUT
 */
export function refuseTenantId(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  for (const { node, type } of argumentsOf(schema, document)) {
    const value: unknown = valueFromASTUntyped(node.value, variables);
    const isNamed = node.name.value === 'tenantId' && value != null;
    if (isNamed || (type !== undefined && namesTenant(value, type)))
      throw new PublicError('BAD_USER_INPUT', 'The tenant comes from your sign-in; do not send a `tenantId`.');
  }
}
