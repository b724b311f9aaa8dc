import {
  execute,
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import { compileQuery, type CompiledQuery } from './execute/compileQuery.ts';
import { shownBy, type Reads, type Shown } from './read/shown.ts';

const MAX_DOCUMENTS = 1_000;

/** The gateway does not know what a scalar of ours may be: a literal of one is the caller's, and its field refuses it. */
const RULES = specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule);

/** For whom a sub-operation is executed, and with what. */
export interface Execution {
  readonly contextValue?: unknown;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** What a subgraph is asked, ready to be executed. */
export class SubOperation {
  /** What it shows of rows. */
  readonly shown: Shown;
  private readonly schema: GraphQLSchema;
  private readonly document: DocumentNode;
  private readonly run: CompiledQuery | undefined;

  constructor(schema: GraphQLSchema, document: DocumentNode, reads: Reads) {
    this.schema = schema;
    this.document = document;
    this.shown = shownBy(schema, document, reads);
    this.run = compileQuery(schema, document);
  }

  /** By what is compiled of it, or by graphql-js when that is nothing or has found something wrong. */
  async execute({ contextValue, variables = {}, operationName }: Execution): Promise<ExecutionResult> {
    const { schema, document, run } = this;
    try {
      if (run !== undefined) return { data: (await run(contextValue, variables)) as Record<string, unknown> };
    } catch {
      // Executed again, it says what is wrong.
    }
    return execute({ schema, document, contextValue, variableValues: variables, operationName });
  }
}

/** The sub-operations that a subgraph of this process is asked: each is parsed and validated once. */
export class SubOperations {
  private readonly schema: GraphQLSchema;
  private readonly reads: Reads;
  private readonly operations = new LRUCache<string, SubOperation>({ max: MAX_DOCUMENTS });

  constructor(schema: GraphQLSchema, reads: Reads) {
    this.schema = schema;
    this.reads = reads;
  }

  /** @throws Error for one that is not of the subgraph's schema, which is the gateway's mistake and nobody's answer */
  read(text: string): SubOperation {
    const known = this.operations.get(text);
    if (known !== undefined) return known;
    const document = parse(text, { noLocation: true });
    const [fault] = validate(this.schema, document, RULES);
    if (fault !== undefined) throw new Error(`a sub-operation is not valid: ${fault.message}`);
    const operation = new SubOperation(this.schema, document, this.reads);
    this.operations.set(text, operation);
    return operation;
  }
}
