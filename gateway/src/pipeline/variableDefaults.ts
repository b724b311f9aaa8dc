import { valueFromASTUntyped, type OperationDefinitionNode } from 'graphql';

type Values = Readonly<Record<string, unknown>>;

/** What the variables of an operation are in one request: as given, or as the operation says for want of it. */
export function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Values): Values {
  const left = variableDefinitions.flatMap(({ variable: { name }, defaultValue }) =>
    defaultValue === undefined || Object.hasOwn(given, name.value)
      ? []
      : [[name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return left.length === 0 ? given : { ...given, ...Object.fromEntries(left) };
}
