/** What a fetch of entities asks for: each entity once, however many objects of the answer it stands for. */
import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';

import type { Position } from './exchange.ts';
import { compileIdentifier, type Identifier, type Identify } from './identify.ts';
import { compileRewrites } from './rewrites.ts';
import type { Row } from './rows.ts';
import type { Run } from './run.ts';
import { exchangeAll } from './walk.ts';

/** What is asked for, each once, and which objects of the answer each stands for. */
export interface Batch {
  readonly representations: Row[];
  readonly rows: Row[][];
  /** By object, the number of what stands for it. */
  readonly served: Map<Row, number>;
}

class Preparation implements Batch {
  readonly representations: Row[] = [];
  readonly rows: Row[][] = [];
  readonly served = new Map<Row, number>();
  /** Each object that is left, at least once. */
  readonly seen: Row[] = [];
  /** By how the entities of a type are known: the number of each. */
  private readonly known = new Map<Identify, Map<unknown, number>>();
  private readonly identifierOf: Identifier;
  /** Takes what stands at several places; undefined when each place has its own. */
  private readonly shared: Set<Row> | undefined;

  constructor(identifierOf: Identifier, shared: Set<Row> | undefined) {
    this.identifierOf = identifierOf;
    this.shared = shared;
  }

  /** @returns the object that is to stand in this one's place */
  readonly take = (row: Row): Row => {
    if (this.served.has(row)) return row;
    const kept = this.keep(row);
    if (kept === row) this.seen.push(row);
    return kept;
  };

  private keep(row: Row): Row {
    const identify = this.identifierOf(row['__typename']);
    const key = identify?.keyOf(row);
    if (identify === undefined || key === undefined) return row;
    const known = this.knownBy(identify);
    const index = known.get(key);
    if (index === undefined) {
      const representation = identify.build(row);
      if (representation !== null) this.begin(row, known, key, representation);
      return row;
    }
    const same = this.shared === undefined ? undefined : this.sameAs(row, index, identify);
    if (same !== undefined) return same;
    this.rows[index]?.push(row);
    this.served.set(row, index);
    return row;
  }

  private knownBy(identify: Identify): Map<unknown, number> {
    const known = this.known.get(identify) ?? new Map<unknown, number>();
    this.known.set(identify, known);
    return known;
  }

  private begin(row: Row, known: Map<unknown, number>, key: unknown, representation: Row): void {
    known.set(key, this.rows.length);
    this.served.set(row, this.rows.length);
    this.rows.push([row]);
    this.representations.push(representation);
  }

  private sameAs(row: Row, index: number, { isBare }: Identify): Row | undefined {
    const first = this.rows[index]?.[0];
    if (first === undefined || !isBare(row) || !isBare(first)) return undefined;
    this.shared?.add(first);
    return first;
  }
}

export type Prepare = (run: Run) => Batch;

/**
 * Objects of which nothing but the representation is known become one object: whatever the plan brings to their path,
 * it brings the same to all. Only when the path is first visited, so that no fetch under way holds one of them, and
 * only where no other fetch brings more of each.
 */
export function compilePrepare(
  requires: readonly QueryPlanSelectionNode[],
  position: Position,
  node: FetchNode,
): Prepare {
  const { schema, path, hasOneSource } = position;
  const identifierOf = compileIdentifier(schema, requires, compileRewrites(schema, node.inputRewrites));
  const place = path.join('.');
  return ({ data, visited, shared }) => {
    const mayShare = hasOneSource && !visited.has(place);
    const preparation = new Preparation(identifierOf, mayShare ? shared : undefined);
    const known = visited.rowsAt(place);
    if (known === undefined) exchangeAll(data, path, preparation.take);
    else for (const row of known) preparation.take(row);
    visited.remember(place, known ?? preparation.seen);
    return preparation;
  };
}
