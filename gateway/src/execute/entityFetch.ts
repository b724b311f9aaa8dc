/** A fetch of entities: each is asked for once, however often the answer names it. */
import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { ExecutionResult } from 'graphql';

import { compilePrepare, type Batch } from './batch.ts';
import { downstreamError, pathIn } from './downstreamError.ts';
import { EntityLoader } from './entityLoader.ts';
import { pickVariables, type Position } from './exchange.ts';
import { compileRewrites, type Rewrite } from './rewrites.ts';
import { copy, isRow, mergeInto, type Row } from './rows.ts';
import type { Run, Step } from './run.ts';
import { collect, placesOf, type Path } from './walk.ts';

/** An entity's error is told at each place that the entity serves; one of the whole fetch at the first. */
function noteErrors(run: Run, service: string, at: Path, { served }: Batch, { errors }: ExecutionResult): void {
  if (errors === undefined) return;
  const rows = collect(run.data, at);
  const places = placesOf(run.data, at).map((place, index) => ({ place, of: served.get(rows[index] ?? {}) }));
  const first = places.find(({ of }) => of !== undefined)?.place;
  for (const error of errors) {
    const path = pathIn(error);
    const index = path?.[1];
    if (path === undefined || typeof index !== 'number') {
      run.errors.push(downstreamError(error, service, path === undefined ? undefined : first));
      continue;
    }
    for (const { place } of places.filter(({ of }) => of === index))
      run.errors.push(downstreamError(error, service, [...place, ...path.slice(2)]));
  }
}

function entitiesIn({ data }: ExecutionResult, asked: number): readonly unknown[] | undefined {
  if (data == null) return undefined;
  const entities = data['_entities'];
  if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
  if (entities.length !== asked) throw new Error(`Expected "data._entities" to contain ${String(asked)} elements`);
  return entities as readonly unknown[];
}

/** Corrects an entity and puts it where it belongs. */
type Place = (entity: Row, rows: readonly Row[]) => void;

function compilePlace(node: FetchNode, { schema, isGoneOnFrom }: Position): Place {
  const rewrite = compileRewrites(schema, node.outputRewrites);
  /** The planner's corrections may depend on the type, which each place knows for itself. */
  const placeApart = (entity: Row, row: Row, correct: Rewrite): void => {
    const own = { ...(copy(entity) as Row), __typename: row['__typename'] };
    correct(own);
    mergeInto(row, own);
  };
  return (entity, rows) => {
    if (rewrite !== undefined && !entity['__typename']) {
      for (const row of rows) placeApart(entity, row, rewrite);
      return;
    }
    rewrite?.(entity);
    const keys = Object.keys(entity);
    // What is no object is copied by being placed.
    const isCopied = isGoneOnFrom && rows.length > 1 && keys.some((key) => typeof entity[key] === 'object');
    const copies = isCopied ? rows.slice(1).map(() => copy(entity) as Row) : [];
    for (const [index, row] of rows.entries())
      mergeInto(row, index === 0 ? entity : (copies[index - 1] ?? entity), keys);
  };
}

function placeAll({ rows }: Batch, entities: readonly unknown[], place: Place): void {
  for (const [index, served] of rows.entries()) {
    const entity = entities[index];
    if (isRow(entity)) place(entity, served);
  }
}

type AskEntities = (run: Run, representations: readonly Row[]) => Promise<ExecutionResult>;

/** Asks the subgraph, or whoever has already asked it the same. */
function compileAsk(node: FetchNode, { sharedKey }: Position): AskEntities {
  const { serviceName, operation, operationName, variableUsages = [] } = node;
  const ask: AskEntities = (run, representations) => {
    const variables = { ...pickVariables(variableUsages, run), representations };
    return run.ask(serviceName, { query: operation, operationName, variables });
  };
  if (sharedKey === undefined) return ask;
  return (run, representations) => {
    const known = run.loaders.get(sharedKey);
    const loader = known ?? new EntityLoader((all) => ask(run, all));
    if (known === undefined) run.loaders.set(sharedKey, loader);
    return loader.load(representations);
  };
}

export function compileEntityFetch(
  node: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  position: Position,
): Step {
  const prepare = compilePrepare(requires, position, node);
  const place = compilePlace(node, position);
  const ask = compileAsk(node, position);
  const { path } = position;
  return (run) => {
    const batch = prepare(run);
    const { representations } = batch;
    if (representations.length === 0) return undefined;
    return ask(run, representations).then((result) => {
      noteErrors(run, node.serviceName, path, batch, result);
      const entities = entitiesIn(result, representations.length);
      if (entities !== undefined) placeAll(batch, entities, place);
    });
  };
}
