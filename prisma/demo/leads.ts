import type { Stage } from '../crm/stages.ts';

import { valueOf } from './money.ts';
import { between, daysFrom, earlier, idAt, isoDay, weighted } from './random.ts';
import type { Row, Scene } from './scene.ts';
import { historyRows, journeyOf, lastOf, type Journey, type Pipeline } from './stages.ts';
import type { Customer, Person } from './story.ts';
import { lostReasons, needs, projects, sources } from './words.ts';

/** A piece of business: a lead, or a deal. */
export interface Business {
  readonly id: string;
  readonly customer: Customer;
  readonly person: Person;
  readonly convertedAt: Date | null;
  readonly createdAt: Date;
  readonly row: Row;
  readonly history: readonly Row[];
}

interface Terms {
  readonly customer: Customer;
  readonly person: Person;
  readonly pipeline: Pipeline;
  readonly journey: Journey;
  readonly title: string;
  readonly value: string;
  readonly createdAt: Date;
}

function agree(
  { faker, story }: Scene,
  pipeline: Pipeline,
  customer: Customer,
  kind: Stage['kind'],
  from: Date,
): Terms {
  const createdAt = between(faker, from, daysFrom(story.anchor, -1));
  return {
    customer,
    pipeline,
    createdAt,
    person: faker.helpers.arrayElement(story.members),
    journey: journeyOf(faker, pipeline, kind, createdAt, story.anchor),
    title: `${faker.helpers.arrayElement(projects)} for ${customer.company}`,
    value: valueOf(faker, 400, 60_000, customer.currency),
  };
}

/** The columns that leads and deals share. */
function commonRow(
  { faker, story }: Scene,
  id: string,
  { customer, pipeline, journey, title, value, createdAt }: Terms,
): Row {
  const { stage, at } = lastOf(journey);
  return {
    tenant_id: story.plan.id,
    id,
    customer_id: customer.id,
    pipeline_id: pipeline.id,
    title,
    description: faker.helpers.arrayElement(needs),
    value,
    currency: customer.currency,
    stage: stage.name,
    stage_kind: stage.kind,
    stage_changed_at: at,
    probability: stage.probability,
    expected_close_date: isoDay(
      stage.kind === 'open' ? daysFrom(story.anchor, faker.number.int({ min: 5, max: 90 })) : at,
    ),
    source: faker.helpers.arrayElement(sources),
    lost_reason: stage.kind === 'lost' ? faker.helpers.arrayElement(lostReasons) : null,
    version: journey.length,
    created_at: createdAt,
  };
}

export function makeLead(scene: Scene, pipeline: Pipeline, customer: Customer): Business {
  const { faker, story } = scene;
  const outcome = weighted(faker, { open: 62, converted: 18, won: 6, lost: 14 });
  const terms = agree(scene, pipeline, customer, outcome === 'converted' ? 'open' : outcome, customer.createdAt);
  const id = idAt(faker, terms.createdAt);
  const { at } = lastOf(terms.journey);
  const convertedAt = outcome === 'converted' ? between(faker, at, earlier(daysFrom(at, 10), story.anchor)) : null;
  return {
    ...terms,
    id,
    convertedAt,
    row: {
      ...commonRow(scene, id, terms),
      // Some leads have nobody yet.
      assigned_to: outcome === 'open' && faker.datatype.boolean(0.1) ? null : terms.person.id,
      converted_at: convertedAt,
      updated_at: convertedAt ?? at,
    },
    history: historyRows(scene, { lead_id: id, deal_id: null }, pipeline.id, terms.journey, terms.person.id),
  };
}

/** A deal, of the lead that became it or without one. */
export function makeDeal(scene: Scene, pipeline: Pipeline, customer: Customer, lead?: Business): Business {
  const { faker } = scene;
  const outcome = weighted(faker, { open: 45, won: 35, lost: 20 });
  const terms = agree(scene, pipeline, customer, outcome, lead?.convertedAt ?? customer.createdAt);
  const id = idAt(faker, terms.createdAt);
  const { stage, at } = lastOf(terms.journey);
  return {
    ...terms,
    id,
    convertedAt: null,
    row: {
      ...commonRow(scene, id, terms),
      ...(lead === undefined ? {} : { title: lead.row['title'], value: lead.row['value'] }),
      lead_id: lead?.id ?? null,
      owner_id: terms.person.id,
      closed_at: stage.kind === 'open' ? null : at,
      tags: faker.datatype.boolean(0.2) ? ['priority'] : [],
      custom_fields: {},
      updated_at: at,
    },
    history: historyRows(scene, { lead_id: null, deal_id: id }, pipeline.id, terms.journey, terms.person.id),
  };
}
