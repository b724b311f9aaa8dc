/** What is right: Apollo's executor over the same subgraphs says it, with all of them and with all but one. */
import { domains, type Domain } from '@metatron/platform/domains';

import type { Answer, Bed } from '../../fuzz/bed.ts';
import { CALM, World } from '../../fuzz/world.ts';

import { operations, type Operation } from './operations.ts';

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Both by data: everything, and what is left when a service says nothing. */
interface Right {
  readonly whole: unknown;
  readonly without: ReadonlyMap<Domain, unknown>;
}

export type Verdict =
  | 'complete'
  /** Without what the services that fail would have given. */
  | 'degraded'
  /** Without what services would have given that were too busy, or late: right, but more was asked than there is. */
  | 'strained'
  | 'wrong';

/** The subgraphs of the load answer from this world. */
export const calmWorld = (): World => new World(7, 1, CALM);

const silencing =
  (answer: Answer, silent: Domain): Answer =>
  (service, query, variables) =>
    service === silent ? Promise.reject(new Error('silent')) : answer(service, query, variables);

async function rightFor(bed: Bed, operation: Operation): Promise<Right> {
  const planned = bed.plan(operation.text);
  const answer = bed.inWorld(calmWorld());
  const dataOf = async (from: Answer): Promise<unknown> => (await bed.run('apollo', planned, operation, from)).data;
  const without = new Map<Domain, unknown>();
  for (const domain of domains) without.set(domain, await dataOf(silencing(answer, domain)));
  return { whole: await dataOf(answer), without };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const sameKeys = (one: object, other: object): boolean => Object.keys(one).join('\n') === Object.keys(other).join('\n');

/** Whether data is whole, but for what may be null since a service was silent. */
export function isBetween(got: unknown, whole: unknown, without: unknown): boolean {
  if (got === null && (without === null || without === undefined)) return true;
  if (!isObject(whole)) return got === whole;
  if (!isObject(got) || Array.isArray(got) !== Array.isArray(whole) || !sameKeys(got, whole)) return false;
  const left = isObject(without) ? without : {};
  return Object.keys(whole).every((key) => isBetween(got[key], whole[key], left[key]));
}

export class Oracle {
  private readonly rights: ReadonlyMap<Operation, Right>;
  /** The text of an answer that was found complete: most are the same. */
  private readonly texts = new Map<Operation, string>();

  private constructor(rights: ReadonlyMap<Operation, Right>) {
    this.rights = rights;
  }

  static async over(bed: Bed): Promise<Oracle> {
    const rights = await Promise.all(
      operations.map(async (operation) => [operation, await rightFor(bed, operation)] as const),
    );
    return new Oracle(new Map(rights));
  }

  /** @param faulty the services that may have been silent */
  judge(operation: Operation, text: string, faulty: readonly Domain[]): Verdict {
    if (text === this.texts.get(operation)) return 'complete';
    const right = this.rights.get(operation);
    if (right === undefined) throw new Error(`nobody knows what is right for ${operation.name}`);
    const { data, errors = [] } = JSON.parse(text) as GraphQLAnswer;
    if (errors.length === 0) {
      if (!isBetween(data, right.whole, right.whole)) return 'wrong';
      this.texts.set(operation, text);
      return 'complete';
    }
    const isCoded = errors.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
    if (!isCoded) return 'wrong';
    if (faulty.some((domain) => isBetween(data, right.whole, right.without.get(domain)))) return 'degraded';
    return isBetween(data, right.whole, null) ? 'strained' : 'wrong';
  }
}
