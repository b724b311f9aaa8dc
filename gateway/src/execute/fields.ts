/** The fields that a selection asks of one type: fragments entered, fields of one name put together. */
import {
  isCompositeType,
  isSubtype,
  type CompositeType,
  type FieldSelection,
  type NamedType,
  type OutputType,
  type Schema,
  type Selection,
  type SelectionSet,
} from '@apollo/federation-internals';

import { isSkipped, type Conditions } from './conditions.ts';
import { Unsupported } from './run.ts';

/** A selection, and the type that its fields are fields of when the answer does not tell. */
export interface Piece {
  readonly set: SelectionSet;
  readonly parent: CompositeType;
}

export interface Field {
  readonly key: string;
  readonly isTypeName: boolean;
  readonly parent: CompositeType;
  readonly type: OutputType;
  /** Of every place that asks for it. */
  readonly pieces: Piece[];
}

type Applies = (condition: CompositeType | undefined, parent: CompositeType) => boolean;

function baseOf(type: OutputType): NamedType {
  return 'baseType' in type ? type.baseType() : type;
}

class Collector {
  readonly fields = new Map<string, Field>();
  private readonly conditions: Conditions;
  private readonly applies: Applies;

  constructor(conditions: Conditions, applies: Applies) {
    this.conditions = conditions;
    this.applies = applies;
  }

  enter({ set, parent }: Piece): void {
    for (const selection of set.selections()) {
      if (isSkipped(selection, this.conditions)) continue;
      if (selection.kind === 'FieldSelection') this.add(selection, parent);
      else this.enterFragment(selection, parent);
    }
  }

  private enterFragment({ element, selectionSet }: Exclude<Selection, FieldSelection>, parent: CompositeType): void {
    const condition = element.typeCondition;
    if (this.applies(condition, parent)) this.enter({ set: selectionSet, parent: condition ?? parent });
  }

  private add({ element, selectionSet }: FieldSelection, parent: CompositeType): void {
    const key = element.responseName();
    const type = element.definition.type;
    if (type === undefined) throw new Unsupported('a field without a type');
    const known = this.fields.get(key);
    const field = known ?? { key, isTypeName: element.name === '__typename', parent, type, pieces: [] };
    if (known === undefined) this.fields.set(key, field);
    if (selectionSet === undefined) return;
    const below = baseOf(type);
    if (isCompositeType(below)) field.pieces.push({ set: selectionSet, parent: below });
  }
}

/** The fields of an object of a type, or of one whose answer does not tell its type. */
export function fieldsOf(
  schema: Schema,
  conditions: Conditions,
  pieces: readonly Piece[],
  typeName: string | undefined,
): readonly Field[] {
  const type = typeName === undefined ? undefined : schema.type(typeName);
  const concrete = type !== undefined && isCompositeType(type) ? type : undefined;
  const collector = new Collector(
    conditions,
    (condition, parent) => condition === undefined || isSubtype(condition, concrete ?? parent),
  );
  for (const { set, parent } of pieces) collector.enter({ set, parent: concrete ?? parent });
  return [...collector.fields.values()];
}
