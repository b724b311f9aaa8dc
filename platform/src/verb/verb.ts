/**
 * The one way in which a mutation runs: authorise, parse, open the transaction, act, and leave the
 * audit entry, the domain events and the idempotency record in that same transaction. A verb says
 * only what is its own.
 */
import type { z } from 'zod';

import { mayUse, personOf } from '../access/decide.ts';
import type { SubgraphContext } from '../context.ts';
import type { Domain } from '../domains.ts';
import { PublicError, Refusal, type UserError } from '../errors.ts';
import type { RawClient } from '../database/rawClient.ts';
import type { Table } from '../read/table.ts';
import { noteOf } from '../refusals.ts';

import type { DomainEvents, EventOf } from './events.ts';
import { claimKey, hashInput } from './idempotency.ts';
import { unsoundValues, parseInput } from './input.ts';
import { writeRecords } from './records.ts';
import { resolveTenant, type TenantRule } from './tenant.ts';
import { isRetryable, toRefusal, type ConstraintMessages } from './violations.ts';

/** A transaction of a Prisma client, as far as the wrapper itself uses it. */
export interface RawTransaction extends RawClient {
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>;
}

export interface TransactionalClient<Tx> {
  $transaction<T>(run: (tx: Tx) => Promise<T>, options?: { maxWait?: number; timeout?: number }): Promise<T>;
}

/** What a verb did: the row for the answer, and what the records say of it. */
export interface Outcome<Row, Event> {
  /** The changed object as it is now; for a deletion, as it was. */
  readonly row: Row;
  readonly object: { readonly type: string; readonly id: string };
  readonly before?: object | null;
  readonly after?: object | null;
  readonly events?: readonly Event[];
}

export interface VerbInput<Context, Tx, Input> {
  readonly ctx: Context;
  readonly tx: Tx;
  readonly input: Input;
  /** The tenant whose rows the verb changes: the caller's, or the one that staff named. */
  readonly tenantId: string;
}

export interface VerbDefinition<Context, Tx, Schema extends z.ZodType, Row, Event> {
  /** The mutation's field, which is also the action in the audit log. */
  readonly name: string;
  readonly input: Schema;
  readonly tenant: TenantRule;
  /** For a verb that creates: where the object of an idempotency key is read again. */
  readonly creates?: Table<Row>;
  /** Runs in the domain's own name: for what the matrix leaves to the service. */
  readonly asService?: boolean;
  /** A bulk verb that answers for each item: it looks for text that cannot be stored itself. */
  readonly perItem?: boolean;
  /** What a violated constraint means to the caller, by the constraint's name. */
  readonly constraints?: ConstraintMessages;
  act(call: VerbInput<Context, Tx, z.output<Schema>>): Promise<Outcome<Row, Event>>;
}

/** A mutation's answer: the row is null exactly when there are user errors. */
export interface VerbResult<Row> {
  readonly row: Row | null;
  readonly userErrors: readonly UserError[];
}

export type Verb<Context, Row> = (call: { readonly ctx: Context; readonly input: unknown }) => Promise<VerbResult<Row>>;

const TRANSACTION = { maxWait: 5_000, timeout: 10_000 };
const ATTEMPTS = 3;

function authorise(domain: Domain, name: string, ctx: SubgraphContext<unknown>): void {
  if (!mayUse(personOf(ctx.caller.identity), domain, 'Mutation', name))
    throw new PublicError('FORBIDDEN', 'You may not do this.');
}

/** Runs a transaction again when PostgreSQL chose it as the loser of a conflict. */
async function withRetries<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}

/** Binds the wrapper to a domain's context and transaction types, and to the events that it declares. */
export function verbsOf<
  Client extends TransactionalClient<Tx>,
  Tx extends RawTransaction,
  Events extends DomainEvents,
  Context extends SubgraphContext<Client> = SubgraphContext<Client>,
>(events: Events) {
  return function verb<Schema extends z.ZodType, Row>(
    definition: VerbDefinition<Context, Tx, Schema, Row, EventOf<Events>>,
  ): Verb<Context, Row> {
    const perform = async (ctx: Context, raw: object): Promise<Row> => {
      const input = parseInput(definition.input, raw);
      const tenantId = await resolveTenant(definition.tenant, ctx, raw, input);
      const client = definition.asService === true ? ctx.asService(tenantId) : ctx.db(tenantId);
      const key = definition.creates === undefined ? undefined : hashInput(definition.name, raw);
      const outcome = await withRetries(() =>
        client.$transaction(async (tx) => {
          const claim = key === undefined ? undefined : await claimKey(tx, ctx.caller, tenantId, key);
          if (claim?.objectId !== undefined) return { replayed: claim.objectId };
          const done = await definition.act({ ctx, tx, input, tenantId });
          await claim?.settle(done.object.id);
          await writeRecords(tx, events, { caller: ctx.caller, tenantId, action: definition.name, outcome: done });
          return { done };
        }, TRANSACTION),
      );
      ctx.read.forget();
      if (outcome.done !== undefined) return outcome.done.row;
      const again = definition.creates === undefined ? null : await ctx.read.byId(definition.creates, outcome.replayed);
      if (again === null)
        throw new Refusal('CONFLICT', 'What this idempotency key made is no longer there.', 'idempotencyKey');
      return again;
    };

    return async ({ ctx, input }) => {
      authorise(ctx.domain, definition.name, ctx);
      try {
        const raw = input ?? {};
        const malformed = definition.perItem === true ? [] : unsoundValues(raw);
        if (malformed.length > 0) throw Refusal.of(malformed);
        return { row: await perform(ctx, raw), userErrors: [] };
      } catch (error) {
        const refusal = toRefusal(error, definition.constraints ?? {});
        if (refusal === undefined) throw error;
        const noted = noteOf(definition.name, refusal);
        if (noted !== undefined) ctx.refusals.push(noted);
        return { row: null, userErrors: refusal.userErrors };
      }
    };
  };
}
