import {
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 1_000;

/** The gateway does not know what a scalar of ours may be: a literal of one is the caller's, and its field refuses it. */
const RULES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

/** The sub-operations that a subgraph of this process is asked: each is parsed and validated once. */
export class SubOperations {
  private readonly schema: GraphQLSchema;
  private readonly documents = new LRUCache<string, DocumentNode>({ max: MAX_DOCUMENTS });

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  /** @throws Error for one that is not of the subgraph's schema, which is the gateway's mistake and nobody's answer */
  read(text: string): DocumentNode {
    const known = this.documents.get(text);
    if (known !== undefined) return known;
    const document = parse(text, { noLocation: true });
    const [fault] = validate(this.schema, document, RULES);
    if (fault !== undefined) throw new Error(`a sub-operation is not valid: ${fault.message}`);
    this.documents.set(text, document);
    return document;
  }
}
