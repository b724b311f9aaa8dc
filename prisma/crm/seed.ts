import { interactionRows } from '../demo/interactions.ts';
import { makeDeal, makeLead, type Business } from '../demo/leads.ts';
import { daysFrom, idAt } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';
import { partnerStages, type Pipeline } from '../demo/stages.ts';
import type { Customer } from '../demo/story.ts';
import { sources, tags } from '../demo/words.ts';

import { events } from './events.ts';
import { standardStages } from './stages.ts';

const SECOND_PIPELINE_FROM = 20;

const prettyPhone = (phone: string): string => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');

function customerRow({ faker, story }: Scene, customer: Customer): Row {
  const { id, email, firstName, lastName, company, phone, status, createdAt } = customer;
  return {
    tenant_id: story.plan.id,
    id,
    email,
    first_name: firstName,
    last_name: lastName,
    company,
    phone: prettyPhone(phone),
    phone_key: phone,
    status,
    address: {
      street: faker.location.streetAddress(),
      city: faker.location.city(),
      postalCode: faker.location.zipCode(),
      country: story.plan.country,
    },
    source: faker.helpers.arrayElement(sources),
    tags: faker.helpers.arrayElements(tags, { min: 0, max: 2 }),
    custom_fields: { employees: faker.helpers.arrayElement([5, 20, 60, 250, 1200]) },
    merged_into_id: null,
    deleted_at: null,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** One customer that was entered twice, merged into the first, and one that was deleted. */
function goneRows(scene: Scene): Row[] {
  const { faker, story } = scene;
  const [kept, other] = story.customers;
  if (kept === undefined || other === undefined) return [];
  const createdAt = daysFrom(kept.createdAt, 0.5);
  const double = { ...kept, id: idAt(faker, createdAt), createdAt };
  const left = {
    ...other,
    id: idAt(faker, createdAt),
    createdAt,
    email: `former-${other.email}`,
    phone: `+447700900${String(100 + faker.number.int({ max: 899 }))}`,
  };
  return [
    { ...customerRow(scene, double), merged_into_id: kept.id, deleted_at: daysFrom(createdAt, 0.2), version: 2 },
    { ...customerRow(scene, left), deleted_at: daysFrom(createdAt, 0.3), version: 2 },
  ];
}

function pipelineRow({ story }: Scene, { id, stages }: Pipeline, name: string, isDefault: boolean): Row {
  return {
    tenant_id: story.plan.id,
    id,
    name,
    stages,
    is_default: isDefault,
    created_at: story.createdAt,
    updated_at: story.createdAt,
  };
}

function factsOf({ story }: Scene, leads: readonly Business[]): Fact<typeof events>[] {
  const role = 'client';
  const [actor] = story.members;
  const customers = story.customers.slice(0, 4).map(({ id, company, createdAt }): Fact<typeof events> => ({
    at: createdAt,
    actor,
    role,
    action: 'customerCreate',
    event: { type: 'customer.created', payload: { customerId: id } },
    type: 'Customer',
    id,
    after: { id, company },
  }));
  const made = leads.slice(0, 4).map(({ id, person, createdAt, row }): Fact<typeof events> => ({
    at: createdAt,
    actor: person,
    role,
    action: 'leadCreate',
    event: { type: 'lead.created', payload: { leadId: id, stage: String(row['stage']) } },
    type: 'Lead',
    id,
    after: { id, title: row['title'], stage: row['stage'] },
  }));
  return [...customers, ...made];
}

function* seedTenant(scene: Scene): Generator<Step> {
  const { faker, story } = scene;
  const { customers } = story;
  const pick = (): Customer => faker.helpers.arrayElement(customers);
  const sales: Pipeline = { id: idAt(faker, story.createdAt), stages: standardStages };
  const partners: Pipeline = { id: idAt(faker, story.createdAt), stages: partnerStages };
  const choose = (): Pipeline =>
    customers.length >= SECOND_PIPELINE_FROM && faker.datatype.boolean(0.1) ? partners : sales;
  const leads = Array.from({ length: Math.ceil((customers.length * 2) / 3) }, pick).map((customer) =>
    makeLead(scene, choose(), customer),
  );
  const converted = leads
    .filter(({ convertedAt }) => convertedAt !== null)
    .map((lead) => makeDeal(scene, sales, lead.customer, lead));
  const direct = Array.from({ length: Math.ceil(customers.length * 0.3) }, pick).map((customer) =>
    makeDeal(scene, sales, customer),
  );
  const deals = [...converted, ...direct];

  yield {
    table: 'pipelines',
    rows: [pipelineRow(scene, sales, 'Sales', true), pipelineRow(scene, partners, 'Partnerships', false)],
  };
  yield { table: 'customers', rows: customers.map((customer) => customerRow(scene, customer)) };
  yield { table: 'customers', rows: goneRows(scene) };
  yield { table: 'leads', rows: leads.map(({ row }) => row) };
  yield { table: 'deals', rows: deals.map(({ row }) => row) };
  yield { table: 'stage_history', rows: [...leads, ...deals].flatMap(({ history }) => history) };
  yield { table: 'interactions', rows: interactionRows(scene, leads, deals) };
  yield* recordsOf(scene, events, factsOf(scene, leads));
}

/** Customers, and the business with them in every stage. */
export const seed: DomainSeed = { tenant: seedTenant };
