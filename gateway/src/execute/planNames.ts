/**
 * The planner puts the fields that it needs itself (keys, what is required, `__typename`) beside those that are asked
 * for, under their own names. Where a caller has given such a name to something else, that has another name in the
 * plan, and its own again in the answer.
 */
import { GraphQLError, Kind, parse, visit, type DocumentNode, type FieldNode } from 'graphql';

import type { Path } from './walk.ts';

/** How the fields of one document are called in its plan. */
export interface PlanNames {
  /** As it is planned. */
  readonly document: DocumentNode;
  /** The name of a field of the document itself in what subgraphs answer. */
  readonly inPlan: (field: FieldNode) => string;
  /** The name that the caller knows. */
  readonly inAnswer: (name: string) => string;
}

/** What the planner may add to any selection. */
export interface PlannerNames {
  readonly keys: ReadonlySet<string>;
  /** They are required without arguments, which a caller may give them. */
  readonly required: ReadonlySet<string>;
}

/** The fields at all depths of the selections that the supergraph has in an argument of a directive. */
function fieldsIn(sdl: DocumentNode, directive: string, argument: string): ReadonlySet<string> {
  const selections = new Set<string>();
  visit(sdl, {
    Directive({ name, arguments: parameters = [] }) {
      const given = parameters.find((parameter) => parameter.name.value === argument)?.value;
      if (name.value === directive && given?.kind === Kind.STRING) selections.add(given.value);
    },
  });
  const names = new Set<string>();
  for (const selection of selections)
    visit(parse(`{ ${selection} }`, { noLocation: true }), { Field: ({ name }) => void names.add(name.value) });
  return names;
}

/** What the planner may add, by a supergraph. */
export function namesOfPlanner(sdl: string): PlannerNames {
  const document = parse(sdl, { noLocation: true });
  const keys = fieldsIn(document, 'join__type', 'key');
  return { keys: new Set(['__typename', ...keys]), required: fieldsIn(document, 'join__field', 'requires') };
}

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** Whether something else than the planner's own field has its name. */
function isTaken({ keys, required }: PlannerNames, field: FieldNode): boolean {
  const { name, arguments: parameters = [] } = field;
  const own = responseName(field);
  if (own !== name.value) return keys.has(own) || required.has(own);
  return parameters.length > 0 && required.has(own);
}

/** What no name of the document begins with. */
function freePrefix(taken: readonly string[]): string {
  let prefix = 'asked_';
  while (taken.some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

export function planNamesOf(document: DocumentNode, reserved: PlannerNames): PlanNames {
  const fields: FieldNode[] = [];
  visit(document, { Field: (field) => void fields.push(field) });
  if (!fields.some((field) => isTaken(reserved, field)))
    return { document, inPlan: responseName, inAnswer: (name) => name };
  const prefix = freePrefix(fields.map(responseName));
  const inPlan = (field: FieldNode): string =>
    isTaken(reserved, field) ? `${prefix}${responseName(field)}` : responseName(field);
  const renamed = visit(document, {
    Field: (field) =>
      isTaken(reserved, field) ? { ...field, alias: { kind: Kind.NAME, value: inPlan(field) } } : undefined,
  });
  return {
    document: renamed,
    inPlan,
    inAnswer: (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name),
  };
}

const pathInAnswer = (path: Path, { inAnswer }: PlanNames): Path =>
  path.map((part) => (typeof part === 'string' ? inAnswer(part) : part));

/** An error at the place that the caller knows. */
export function errorInAnswer(error: GraphQLError, names: PlanNames): GraphQLError {
  const { message, path, extensions, originalError } = error;
  if (path === undefined) return error;
  return new GraphQLError(message, { extensions, originalError, path: pathInAnswer(path, names) });
}
