/** A request that is refused as a whole, at whatever stage: nothing of it has run. */
import { PublicError, type ErrorCode } from '@metatron/platform/errors';
import type { GraphQLError, SourceLocation } from 'graphql';

export interface Fault {
  readonly message: string;
  readonly locations?: readonly SourceLocation[] | undefined;
}

/** Some faults repeat all of a value in their words, each of many its own copy. */
const MAX_CHARACTERS = 500;

const short = (message: string): string =>
  message.length > MAX_CHARACTERS ? `${message.slice(0, MAX_CHARACTERS)}…` : message;

/** Faults with their places in the document. */
export class InvalidRequest extends PublicError {
  readonly faults: readonly Fault[];

  constructor(code: 'BAD_USER_INPUT' | 'GRAPHQL_VALIDATION_FAILED', errors: readonly GraphQLError[]) {
    super(code, short(errors[0]?.message ?? 'The request is not valid.'));
    this.faults = errors.map(({ message, locations }) => ({ message: short(message), locations }));
  }
}

/** Refused by the rules of HTTP, with the status that says which. */
export class HttpRefusal extends PublicError {
  readonly status: number;
  override readonly headers: PublicError['headers'];

  constructor(
    status: number,
    message: string,
    headers: PublicError['headers'] = {},
    code: ErrorCode = 'BAD_USER_INPUT',
  ) {
    super(code, message);
    this.status = status;
    this.headers = headers;
  }
}

/** A hash that is not known here: who sent it sends the text too. By Apollo's protocol no failure of HTTP. */
export class PersistedQueryNotFound extends HttpRefusal {
  readonly protocolCode = 'PERSISTED_QUERY_NOT_FOUND';

  constructor() {
    super(200, 'PersistedQueryNotFound');
  }
}
