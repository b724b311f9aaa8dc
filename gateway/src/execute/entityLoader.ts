/**
 * One request's entities of one selection: fetches of the plan that ask the same of a subgraph in the same tick are
 * one, and what one of them has brought, the next one has.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';

import { pathIn } from './downstreamError.ts';
import { copy, isRow, type Row } from './rows.ts';

/** Sends representations to the subgraph. */
type Send = (representations: readonly Row[]) => Promise<ExecutionResult>;

/** What a subgraph said of the entities of one fetch. */
interface Answered {
  readonly entities: readonly unknown[];
  /** By the entity that they speak of; those of the whole fetch under -1. */
  readonly errors: ReadonlyMap<number, readonly GraphQLError[]>;
  /** The answer, when it says nothing of entities. */
  readonly whole: ExecutionResult | undefined;
}

/** One fetch: it takes representations until the tick is over. */
interface Sending {
  readonly representations: Row[];
  readonly answered: Promise<Answered>;
}

/** Where an entity is asked for. */
interface Place {
  readonly sending: Sending;
  readonly index: number;
}

const WHOLE = -1;

/** Which entity of a fetch an error speaks of; WHOLE when of none. */
function entityOf(error: GraphQLError): number {
  const index = pathIn(error)?.[1];
  return typeof index === 'number' ? index : WHOLE;
}

function byEntity({ errors = [] }: ExecutionResult): ReadonlyMap<number, GraphQLError[]> {
  const found = new Map<number, GraphQLError[]>();
  for (const error of errors) {
    const at = entityOf(error);
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

/** Another number of entities than was asked for is none, whoever asked for how many. */
function withoutEntities(result: ExecutionResult): ExecutionResult {
  if (!isRow(result.data) || !Array.isArray(result.data['_entities'])) return result;
  return { ...result, data: { _entities: [] } };
}

function read(result: ExecutionResult, asked: number): Answered {
  const entities = isRow(result.data) ? result.data['_entities'] : undefined;
  const errors = byEntity(result);
  return Array.isArray(entities) && entities.length === asked
    ? { entities: entities as readonly unknown[], errors, whole: undefined }
    : { entities: [], errors, whole: withoutEntities(result) };
}

export class EntityLoader {
  private readonly send: Send;
  private readonly known = new Map<string, Place>();
  private next: Sending | undefined;

  constructor(send: Send) {
    this.send = send;
  }

  /** As the subgraph itself would answer to these representations. */
  async load(representations: readonly Row[]): Promise<ExecutionResult> {
    const places = representations.map((representation) => this.place(representation));
    const sendings = [...new Set(places.map(({ sending }) => sending))];
    const answers = await Promise.all(sendings.map(({ answered }) => answered));
    const whole = answers.find((answer) => answer.whole !== undefined)?.whole;
    if (whole !== undefined) return whole;
    const answerOf = new Map(sendings.map((sending, at) => [sending, answers[at]]));
    const errors = answers.flatMap((answer) => answer.errors.get(WHOLE) ?? []);
    const entities = places.map(({ sending, index }, at) => {
      const answered = answerOf.get(sending);
      for (const error of answered?.errors.get(index) ?? []) errors.push(moved(error, at));
      // Each fetch goes on from objects of its own.
      return copy(answered?.entities[index]);
    });
    return { data: { _entities: entities }, ...(errors.length === 0 ? {} : { errors }) };
  }

  private place(representation: Row): Place {
    const key = JSON.stringify(representation);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const sending = (this.next ??= this.begin());
    const place = { sending, index: sending.representations.push(representation) - 1 };
    this.known.set(key, place);
    return place;
  }

  private begin(): Sending {
    const representations: Row[] = [];
    // When the tick is over, all who ask in it have asked.
    const answered = Promise.resolve().then(async () => {
      this.next = undefined;
      return read(await this.send(representations), representations.length);
    });
    return { representations, answered };
  }
}
