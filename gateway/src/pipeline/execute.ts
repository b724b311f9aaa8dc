/** Stage `execute`: what is left of the operation, answered by the services and by the schema. */
import type { ExecutionResult } from 'graphql';

import { jsonOf, outcomeOf, type Outcome } from '../execute/outcome.ts';
import type { Row } from '../execute/rows.ts';
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
function merge(fetched: Outcome | undefined, introspected: ExecutionResult): Outcome {
  if (fetched?.json === 'null') return fetched;
  const errors = [...(fetched?.errors ?? []), ...(introspected.errors ?? [])];
  const given = fetched?.json === undefined ? {} : (JSON.parse(fetched.json) as Row);
  const json = jsonOf({ ...given, ...introspected.data });
  return { json, extensions: fetched?.extensions, errors: errors.length === 0 ? undefined : errors };
}

export class Execution {
  private readonly options: ExecutionOptions;

  constructor(options: ExecutionOptions) {
    this.options = options;
  }

  async execute(planned: Planned): Promise<Executed> {
    const fetched = planned.decision.document === undefined ? undefined : await this.fetch(planned);
    const introspected = this.options.introspector.introspect(planned);
    return { ...planned, outcome: introspected === undefined ? fetched : merge(fetched, introspected) };
  }

  private async fetch(planned: Planned): Promise<Outcome> {
    const { plan, asked, context } = planned;
    if (plan === undefined) return outcomeOf(await this.options.apollo(planned));
    try {
      if (plan instanceof Unsupported) throw plan;
      return await plan.compiled.run(asked.variables, this.options.ask(context));
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      this.options.onFallback(error.reason);
      return outcomeOf(await this.options.apollo(planned));
    }
  }
}
