import {
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import { shownBy, type HasResolver, type Shown } from './read/shown.ts';

const MAX_DOCUMENTS = 1_000;

/** The gateway does not know what a scalar of ours may be: a literal of one is the caller's, and its field refuses it. */
const RULES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

/** What a subgraph is asked, ready to run. */
export interface SubOperation {
  readonly document: DocumentNode;
  readonly shown: Shown;
}

/** The sub-operations that a subgraph of this process is asked: each is parsed and validated once. */
export class SubOperations {
  private readonly schema: GraphQLSchema;
  private readonly hasResolver: HasResolver;
  private readonly operations = new LRUCache<string, SubOperation>({ max: MAX_DOCUMENTS });

  constructor(schema: GraphQLSchema, hasResolver: HasResolver) {
    this.schema = schema;
    this.hasResolver = hasResolver;
  }

  /** @throws Error for one that is not of the subgraph's schema, which is the gateway's mistake and nobody's answer */
  read(text: string): SubOperation {
    const known = this.operations.get(text);
    if (known !== undefined) return known;
    const document = parse(text, { noLocation: true });
    const [fault] = validate(this.schema, document, RULES);
    if (fault !== undefined) throw new Error(`a sub-operation is not valid: ${fault.message}`);
    const operation = { document, shown: shownBy(this.schema, document, this.hasResolver) };
    this.operations.set(text, operation);
    return operation;
  }
}
