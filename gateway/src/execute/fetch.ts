import type { FetchNode } from '@apollo/query-planner';

import { compileEntityFetch } from './entityFetch.ts';
import type { Position } from './exchange.ts';
import { compileRootFetch } from './rootFetch.ts';
import { Unsupported, type Step } from './run.ts';

/** A fetch that fails costs its own fields alone. */
const contained =
  (step: Step): Step =>
  (run) => {
    try {
      return step(run)?.catch((error: unknown) => void run.errors.push(error));
    } catch (error) {
      run.errors.push(error);
      return undefined;
    }
  };

/** @throws Unsupported for what Apollo's own executor must run. */
export function compileFetch(node: FetchNode, position: Position): Step {
  if (node.hasDefers === true) throw new Unsupported('defer');
  if (node.contextRewrites !== undefined && node.contextRewrites.length > 0) throw new Unsupported('context');
  const { requires } = node;
  return contained(
    requires === undefined ? compileRootFetch(node, position) : compileEntityFetch(node, requires, position),
  );
}
