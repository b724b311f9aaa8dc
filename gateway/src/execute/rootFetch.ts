/** A fetch of fields of the operation's root. */
import type { FetchNode } from '@apollo/query-planner';
import type { ExecutionResult } from 'graphql';

import { downstreamError, pathIn } from './downstreamError.ts';
import { pickVariables, type Position } from './exchange.ts';
import { compileRewrites } from './rewrites.ts';
import { copy, isRow, mergeInto, type Row } from './rows.ts';
import type { Run, Step } from './run.ts';
import { collect, placesOf, type Path } from './walk.ts';

/** At the answer's own path, below the first object that asked. */
function noteErrors(run: Run, service: string, at: Path, { errors }: ExecutionResult): void {
  if (errors === undefined) return;
  const [place = []] = placesOf(run.data, at);
  for (const error of errors) {
    const path = pathIn(error);
    run.errors.push(downstreamError(error, service, path === undefined ? undefined : [...place, ...path]));
  }
}

function merge(rows: readonly Row[], data: Row, isGoneOnFrom: boolean): void {
  const copies = isGoneOnFrom ? rows.slice(1).map(() => copy(data) as Row) : [];
  for (const [index, row] of rows.entries()) mergeInto(row, index === 0 ? data : (copies[index - 1] ?? data));
}

export function compileRootFetch(node: FetchNode, { schema, path, isGoneOnFrom }: Position): Step {
  const { serviceName, operation, operationName, variableUsages = [] } = node;
  const rewrite = compileRewrites(schema, node.outputRewrites);
  return (run) => {
    const rows = collect(run.data, path);
    if (rows.length === 0) return undefined;
    const variables = pickVariables(variableUsages, run);
    return run.ask(serviceName, { query: operation, operationName, variables }).then((result) => {
      noteErrors(run, serviceName, path, result);
      if (!isRow(result.data)) return;
      rewrite?.(result.data);
      merge(rows, result.data, isGoneOnFrom);
      run.visited.forgetRows();
    });
  };
}
