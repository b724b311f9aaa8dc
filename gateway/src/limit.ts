/** Stage `limit`: what an operation may cost, known from its text before anything is asked. */
import { personOf } from '@metatron/platform/access/decide';
import type { Person } from '@metatron/platform/access/matrix';
import { PublicError } from '@metatron/platform/errors';
import type { Identity } from '@metatron/platform/identity';
import {
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const MAX_DEPTH = 12;
/** Introspection nests `ofType`; its own depth is bounded apart. */
const MAX_INTROSPECTION_DEPTH = 20;
/** Fields that an answer may hold, lists counted at the size of a page. */
const MAX_COST = 100_000;
const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** What an operation may be, as it is told to who asks for an explanation. */
export const LIMITS = { cost: MAX_COST, depth: MAX_DEPTH, page: MAX_PAGE } as const;

/** Fields that take a secret: one of them an operation, so that aliases do not multiply guesses. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'login',
  'tokenRefresh',
  'passwordChange',
  'passwordReset',
  'passwordResetRequest',
  'emailVerify',
]);

const bad = (message: string): PublicError => new PublicError('BAD_USER_INPUT', message);

interface LimitedRequest {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
}

class Meter {
  cost = 0;
  credentials = 0;
  /** Whether another request of the same text may cost something else. */
  varies = false;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly variables: Readonly<Record<string, unknown>>;

  constructor({ document, variables }: LimitedRequest) {
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    this.variables = variables;
  }

  walk(set: SelectionSetNode, depth: number, max: number, times: number): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.field(selection, depth, max, times);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.walk(selection.selectionSet, depth, max, times);
      else {
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) this.walk(fragment.selectionSet, depth, max, times);
      }
    }
  }

  private field(field: FieldNode, depth: number, max: number, times: number): void {
    const limit = field.name.value.startsWith('__') ? MAX_INTROSPECTION_DEPTH : max;
    if (depth > limit) throw bad(`The operation is nested deeper than ${String(limit)} levels.`);
    this.cost += times;
    if (this.cost > MAX_COST)
      throw bad('The operation asks for too much at once; ask for fewer fields or smaller pages.');
    if (CREDENTIALS.has(field.name.value) && depth === 1) this.credentials += 1;
    if (this.credentials > 1) throw bad('One field that takes a password or token is allowed in an operation.');
    if (field.selectionSet !== undefined) this.walk(field.selectionSet, depth + 1, limit, times * this.pageOf(field));
  }

  /** How many times a connection repeats what is below it. */
  private pageOf(field: FieldNode): number {
    const isConnection =
      field.selectionSet?.selections.some(
        (selection) =>
          selection.kind === Kind.FIELD && (selection.name.value === 'edges' || selection.name.value === 'pageInfo'),
      ) === true;
    if (!isConnection) return 1;
    const asked = (field.arguments ?? []).filter(({ name }) => name.value === 'first' || name.value === 'last');
    this.varies ||= asked.some(({ value }) => value.kind === Kind.VARIABLE);
    const sizes = asked
      .map(({ value }) => Number(valueFromASTUntyped(value, this.variables)))
      .filter((size) => Number.isFinite(size));
    return Math.min(Math.max(1, ...(sizes.length === 0 ? [DEFAULT_PAGE] : sizes)), MAX_PAGE);
  }
}

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

/** By document, which Apollo keeps parsed: its arguments with their types are found once. */
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
export function refuseTenantId({ schema, document, variables, identity }: Omit<LimitedRequest, 'operation'>): void {
  if (mayName(personOf(identity), 'tenantId', undefined)) return;
  for (const { node, type } of argumentsOf(schema, document)) {
    const value: unknown = valueFromASTUntyped(node.value, variables);
    const isNamed = node.name.value === 'tenantId' && value != null;
    if (isNamed || (type !== undefined && namesTenant(value, type)))
      throw bad('The tenant comes from your sign-in; do not send a `tenantId`.');
  }
}

/** The cost of operations that were let through, where no variable decides it. */
const fixedCosts = new WeakMap<OperationDefinitionNode, number>();

/**
 * Measures an operation and gives its cost.
 * @throws PublicError BAD_USER_INPUT for an operation beyond the limits.
 */
export function limit(request: LimitedRequest): number {
  const known = fixedCosts.get(request.operation);
  if (known !== undefined) return known;
  const meter = new Meter(request);
  meter.walk(request.operation.selectionSet, 1, MAX_DEPTH, 1);
  if (!meter.varies) fixedCosts.set(request.operation, meter.cost);
  return meter.cost;
}
