/** Stage `authorise`: what of the operation its caller may use, and who hears of what they may not. */
import type { Person } from '@metatron/platform/access/matrix';
import type { SecurityEvents } from '@metatron/platform/incidents/securityEvents';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { AccessTable } from '../accessTable.ts';
import { decide, type Decision } from './decide.ts';
import { coordinatesOf, rootCoordinates } from './deniedFields.ts';
import type { Authorised, Limited } from './flow.ts';
import { mayName, refuseTenantId } from './tenantNames.ts';
import { withDefaults } from './variableDefaults.ts';

const MAX_OPERATIONS = 2_000;

type Decisions = Map<Person, Decision>;

export interface AuthoriserOptions {
  readonly schema: GraphQLSchema;
  readonly table: AccessTable;
  readonly events: Pick<SecurityEvents, 'note'>;
}

/** The decisions over one schema. */
export class Authoriser {
  private readonly options: AuthoriserOptions;
  /** By the parsed operation itself, which no other text and no other name can be taken for. */
  private readonly decisions = new LRUCache<OperationDefinitionNode, Decisions>({ max: MAX_OPERATIONS });
  /** What a decision denied, by its names in the schema. */
  private readonly names = new WeakMap<Decision, readonly string[]>();

  constructor(options: AuthoriserOptions) {
    this.options = options;
  }

  /** @throws PublicError when the whole of it is refused. */
  authorise(limited: Limited): Authorised {
    const decision = this.decision(limited, limited.person);
    this.noteDenied(limited, decision);
    this.refuseTenantId(limited, decision);
    return { ...limited, decision };
  }

  /** For whom an operation has been decided. */
  personsOf(operation: OperationDefinitionNode): readonly Person[] {
    return [...(this.decisions.get(operation)?.keys() ?? [])];
  }

  /** What a person may use of an operation. */
  decision(parsed: Pick<Limited, 'document' | 'operation'>, person: Person): Decision {
    const { operation } = parsed;
    const byPerson: Decisions = this.decisions.get(operation) ?? new Map<Person, Decision>();
    const known = byPerson.get(person);
    if (known !== undefined) return known;
    const decision = decide(this.options.schema, this.options.table, parsed, person);
    this.decisions.set(operation, byPerson.set(person, decision));
    return decision;
  }

  /** Another operation of the same document may be denied what this one does not ask for. */
  private noteDenied({ document, operation, context, person }: Limited, decision: Decision): void {
    const { denied } = decision;
    if (denied.size === 0) return;
    const { schema, events } = this.options;
    const known = this.names.get(decision);
    const coordinates = known ?? coordinatesOf(schema, document, operation, (field) => denied.has(field));
    this.names.set(decision, coordinates);
    const kind = person === 'anonymous' ? 'sign_in_required' : 'field_denied';
    if (coordinates.length > 0) events.note({ kind, caller: context.caller, coordinates });
  }

  private refuseTenantId({ asked, context, document, operation, person }: Limited, { document: allowed }: Decision) {
    if (allowed === undefined || mayName(person, 'tenantId', undefined)) return;
    const { schema, events } = this.options;
    try {
      refuseTenantId(schema, allowed, withDefaults(operation, asked.variables));
    } catch (error) {
      const coordinates = rootCoordinates(schema, document, operation);
      events.note({ kind: 'tenant_named', caller: context.caller, coordinates });
      throw error;
    }
  }
}
