/**
 * Stage `complete`: the answer over the original document. Denied fields are null with one error
 * each, at the first place where they would have stood. Every field that can be denied is nullable
 * (composition checks it), so that nothing beside it is lost.
 */
import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { jsonOf, type Outcome } from '../execute/outcome.ts';
import type { Completed, Executed } from './flow.ts';
import { withDefaults } from './variableDefaults.ts';

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];

interface Refusal {
  readonly message: string;
  readonly code: string;
}

const SIGN_IN: Refusal = { code: 'UNAUTHENTICATED', message: 'Sign in first.' };
const FORBIDDEN: Refusal = { code: 'FORBIDDEN', message: 'You may not use this.' };

interface Completion {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly denied: ReadonlySet<FieldNode>;
  readonly refusal: Refusal;
  readonly variables: Readonly<Record<string, unknown>>;
}

const keyOf = (field: FieldNode): string => field.alias?.value ?? field.name.value;

class Completer {
  readonly errors: GraphQLError[] = [];
  private readonly reported = new Set<FieldNode>();
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly completion: Completion;

  constructor(completion: Completion) {
    this.completion = completion;
    const fragments = completion.document.definitions.filter(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
    );
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /** The selected fields of an object, in the order of the document. */
  select(set: SelectionSetNode, source: Data | undefined, path: Path, into: Data = Object.create(null) as Data): Data {
    for (const selection of set.selections) {
      if (!this.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) this.field(selection, source, path, into);
      else
        this.select(
          selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : this.fragment(selection.name.value),
          source,
          path,
          into,
        );
    }
    return into;
  }

  private field(field: FieldNode, source: Data | undefined, path: Path, into: Data): void {
    const key = keyOf(field);
    if (this.completion.denied.has(field)) {
      into[key] = null;
      this.report(field, [...path, key]);
      return;
    }
    if (source === undefined) {
      // Nothing ran: the field is null, and what is denied below it is still told.
      if (field.selectionSet !== undefined) this.select(field.selectionSet, undefined, [...path, key]);
      into[key] = null;
      return;
    }
    const value = source[key];
    // A fragment on another concrete type selects nothing here.
    if (value === undefined) return;
    into[key] =
      field.selectionSet === undefined ? value : this.value(field.selectionSet, value, [...path, key], into[key]);
  }

  private value(set: SelectionSetNode, value: unknown, path: Path, before: unknown): unknown {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value))
      return value.map((item, index) =>
        this.value(set, item, [...path, index], Array.isArray(before) ? (before as unknown[])[index] : undefined),
      );
    return this.select(
      set,
      value as Data,
      path,
      before === undefined || before === null ? undefined : (before as Data),
    );
  }

  private report(field: FieldNode, path: Path): void {
    if (this.reported.has(field)) return;
    this.reported.add(field);
    const { message, code } = this.completion.refusal;
    this.errors.push(new GraphQLError(message, { path, extensions: { code } }));
  }

  private fragment(name: string): SelectionSetNode {
    return this.fragments.get(name)?.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] };
  }

  private isIncluded({ directives }: SelectionSetNode['selections'][number]): boolean {
    return (directives ?? []).every(({ name, arguments: parameters }) => {
      if (name.value !== 'skip' && name.value !== 'include') return true;
      const value = parameters?.[0]?.value;
      const condition =
        value?.kind === Kind.BOOLEAN
          ? value.value
          : value?.kind === Kind.VARIABLE
            ? this.completion.variables[value.name.value] === true
            : false;
      return name.value === 'skip' ? !condition : condition;
    });
  }
}

function fill(completion: Completion, outcome: Outcome | undefined): Outcome {
  const completer = new Completer(completion);
  const isLost = outcome !== undefined && (outcome.json === undefined || outcome.json === 'null');
  const source = outcome?.json === undefined ? undefined : (JSON.parse(outcome.json) as Data | null);
  const data = isLost ? null : completer.select(completion.operation.selectionSet, source ?? undefined, []);
  const errors = [...(outcome?.errors ?? []), ...completer.errors];
  return { json: jsonOf(data), extensions: outcome?.extensions, errors: errors.length === 0 ? undefined : errors };
}

/** The whole answer, from what the services and the schema gave and what was denied. */
export function complete({ asked, context, decision, document, operation, person, outcome }: Executed): Completed {
  const { denied, introspection } = decision;
  if (outcome !== undefined && denied.size === 0 && introspection === undefined) return { context, outcome };
  const refusal = person === 'anonymous' ? SIGN_IN : FORBIDDEN;
  const completion = { document, operation, denied, refusal, variables: withDefaults(operation, asked.variables) };
  return { context, outcome: fill(completion, outcome) };
}
