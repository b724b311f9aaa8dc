/**
 * One request's entities of one selection: fetches of the plan that ask the same of a subgraph in the same tick are
 * one, and what one of them has brought, the next one has.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';

import { pathIn } from './downstreamError.ts';
import { copy, isRow, type Row } from './rows.ts';

/** Sends representations to the subgraph. */
type Send = (representations: readonly Row[]) => Promise<ExecutionResult>;

/** What a subgraph said of one entity, or of a whole fetch when it said nothing of entities. */
interface Loaded {
  readonly entity: unknown;
  readonly errors: readonly GraphQLError[];
  readonly whole: ExecutionResult | undefined;
}

interface Waiting {
  readonly representation: Row;
  readonly resolve: (loaded: Loaded) => void;
  readonly reject: (error: unknown) => void;
}

/** Which entity of a fetch an error speaks of; undefined when of none. */
function entityOf(error: GraphQLError): number | undefined {
  const index = pathIn(error)?.[1];
  return typeof index === 'number' ? index : undefined;
}

/** Errors by the entity that they speak of; those of the whole fetch under -1. */
function byEntity({ errors = [] }: ExecutionResult): ReadonlyMap<number, GraphQLError[]> {
  const found = new Map<number, GraphQLError[]>();
  for (const error of errors) {
    const at = entityOf(error) ?? -1;
    found.set(at, [...(found.get(at) ?? []), error]);
  }
  return found;
}

/** The same error at another entity's number. */
function moved(error: GraphQLError, index: number): GraphQLError {
  const { message, extensions } = error;
  const path = ['_entities', index, ...(pathIn(error) ?? []).slice(2)];
  return { message, extensions, path } as unknown as GraphQLError;
}

export class EntityLoader {
  private readonly send: Send;
  private readonly known = new Map<string, Promise<Loaded>>();
  private waiting: Waiting[] = [];

  constructor(send: Send) {
    this.send = send;
  }

  /** As the subgraph itself would answer to these representations. */
  async load(representations: readonly Row[]): Promise<ExecutionResult> {
    const loaded = await Promise.all(representations.map((representation) => this.one(representation)));
    const whole = loaded.find((one) => one.whole !== undefined)?.whole;
    if (whole !== undefined) return whole;
    const general = new Set(loaded.flatMap(({ errors }) => errors.filter((error) => entityOf(error) === undefined)));
    const own = loaded.flatMap(({ errors }, index) =>
      errors.filter((error) => !general.has(error)).map((error) => moved(error, index)),
    );
    const errors = [...general, ...own];
    // Each fetch goes on from objects of its own.
    const entities = loaded.map(({ entity }) => copy(entity));
    return { data: { _entities: entities }, ...(errors.length === 0 ? {} : { errors }) };
  }

  private one(representation: Row): Promise<Loaded> {
    const key = JSON.stringify(representation);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const loading = new Promise<Loaded>((resolve, reject) => {
      if (this.waiting.length === 0) queueMicrotask(() => void this.flush());
      this.waiting.push({ representation, resolve, reject });
    });
    this.known.set(key, loading);
    return loading;
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    try {
      const result = await this.send(batch.map(({ representation }) => representation));
      const entities = isRow(result.data) ? result.data['_entities'] : undefined;
      const isWhole = !Array.isArray(entities) || entities.length !== batch.length;
      const errors = byEntity(result);
      for (const [index, { resolve }] of batch.entries())
        resolve({
          entity: isWhole ? undefined : (entities as unknown[])[index],
          errors: [...(errors.get(-1) ?? []), ...(errors.get(index) ?? [])],
          whole: isWhole ? withoutEntities(result) : undefined,
        });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** Another number of entities than was asked for is none, whoever asked for how many. */
function withoutEntities(result: ExecutionResult): ExecutionResult {
  if (!isRow(result.data) || !Array.isArray(result.data['_entities'])) return result;
  return { ...result, data: { _entities: [] } };
}
