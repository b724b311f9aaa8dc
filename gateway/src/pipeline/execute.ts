/** Stage `execute`: what is left of the operation, answered by the services and by the schema. */
import type { ExecutionResult } from 'graphql';

import { Unsupported, type Ask } from '../execute/run.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Executed, Planned } from './flow.ts';
import type { Introspector } from './introspect.ts';

export interface ExecutionOptions {
  readonly introspector: Introspector;
  /** Asks subgraphs for one request. */
  readonly ask: (context: RequestContext) => Ask;
  /** Apollo's own executor. */
  readonly apollo: (planned: Planned) => Promise<ExecutionResult>;
  /** An operation went to it that was to run here. */
  readonly onFallback: (reason: string) => void;
}

/** What the services gave, with what the schema says of itself. */
function merge(fetched: ExecutionResult | undefined, introspected: ExecutionResult | undefined) {
  if (introspected === undefined || fetched?.data === null) return fetched;
  const errors = [...(fetched?.errors ?? []), ...(introspected.errors ?? [])];
  const data = { ...fetched?.data, ...introspected.data };
  return { ...fetched, data, ...(errors.length === 0 ? {} : { errors }) };
}

export class Execution {
  private readonly options: ExecutionOptions;

  constructor(options: ExecutionOptions) {
    this.options = options;
  }

  async execute(planned: Planned): Promise<Executed> {
    const fetched = planned.decision.document === undefined ? undefined : await this.fetch(planned);
    return { ...planned, result: merge(fetched, this.options.introspector.introspect(planned)) };
  }

  private async fetch(planned: Planned): Promise<ExecutionResult> {
    const { plan, asked, context } = planned;
    if (plan === undefined) return this.options.apollo(planned);
    try {
      if (plan instanceof Unsupported) throw plan;
      return await plan.compiled.run(asked.variables, this.options.ask(context));
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.options.onFallback(error.reason);
      return this.options.apollo(planned);
    }
  }
}
