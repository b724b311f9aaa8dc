/** Stage `parse`: the operation that is asked for, valid by the schema. A text is looked at once. */
import {
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { PublicError } from '@metatron/platform/errors';

import { deadlineOf } from '../resilience/settings.ts';
import type { Identified, Parsed } from './flow.ts';
import { HttpRefusal, InvalidRequest } from './refusal.ts';
import { assertBounded } from './selections.ts';

const MAX_TOKENS = 2_000;
const MAX_DOCUMENTS = 1_000;
/** Of all texts together: what is made of one takes many times its length. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
const MAX_REFUSALS = 200;

const invalid = (errors: readonly GraphQLError[]): InvalidRequest =>
  new InvalidRequest('GRAPHQL_VALIDATION_FAILED', errors);

function parseText(text: string): DocumentNode {
  try {
    return parse(text, { maxLexicalTokens: MAX_TOKENS });
  } catch (error) {
    throw invalid([error as GraphQLError]);
  }
}

function chooseOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation != null) return operation;
  const message =
    name === undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : 'The document has no operation of this name.';
  throw new PublicError('BAD_USER_INPUT', message);
}

/** The documents of one schema. */
export class Parser {
  private readonly schema: GraphQLSchema;
  private readonly documents = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_document, text) => text.length,
  });
  /** Apart, so that no flood of nonsense drives out what is in use. */
  private readonly refusals = new LRUCache<string, InvalidRequest>({ max: MAX_REFUSALS });

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  /** @throws PublicError */
  parse(identified: Identified): Parsed {
    const { arrival, asked } = identified;
    const { query = '' } = asked;
    if (query === '') throw new PublicError('BAD_USER_INPUT', 'The request has no `query`.');
    const document = this.documentOf(query);
    const operation = chooseOperation(document, asked.operationName);
    if (operation.operation === OperationTypeNode.QUERY) return { ...identified, document, operation };
    if (arrival.isReadOnly) throw new HttpRefusal(405, 'A GET request may ask for a query alone.', { allow: 'POST' });
    const context = { ...identified.context, deadlineAt: deadlineOf('mutation', arrival.startedAt) };
    return { ...identified, context, document, operation };
  }

  /** The texts in use, what was asked last first. */
  texts(): readonly string[] {
    return [...this.documents.keys()];
  }

  /** @throws InvalidRequest for a text that is not valid by the schema. */
  documentOf(text: string): DocumentNode {
    const known = this.documents.get(text);
    if (known !== undefined) return known;
    const refusal = this.refusals.get(text);
    if (refusal !== undefined) throw refusal;
    try {
      return this.read(text);
    } catch (error) {
      if (error instanceof InvalidRequest) this.refusals.set(text, error);
      throw error;
    }
  }

  private read(text: string): DocumentNode {
    const located = parseText(text);
    // Before validation, which itself must walk what fragments multiply.
    assertBounded(located);
    const errors = validate(this.schema, located, specifiedRules, { hideSuggestions: true });
    if (errors.length > 0) throw invalid(errors);
    // A document in use needs no tokens, which are most of its memory.
    const document = parse(text, { noLocation: true });
    this.documents.set(text, document);
    return document;
  }
}
