import type { Business } from './leads.ts';
import { between, daysFrom, earlier, idAt, weighted } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Customer, Person } from './story.ts';
import { conversations } from './words.ts';

interface Subject {
  readonly customer: Customer;
  readonly lead: Business | undefined;
  readonly deal: Business | undefined;
  readonly person: Person;
  readonly since: Date;
}

interface Times {
  readonly scheduled_at: Date | null;
  readonly completed_at: Date | null;
  readonly cancelled_at: Date | null;
}

/** Mails and notes are done when they are written; calls and meetings are arranged before. */
function timesOf({ faker, story: { anchor } }: Scene, type: string, at: Date): Times {
  if (type === 'email' || type === 'note') return { scheduled_at: null, completed_at: at, cancelled_at: null };
  const scheduled_at = daysFrom(at, 1 + faker.number.int({ max: 13 }));
  if (faker.datatype.boolean(0.08))
    return { scheduled_at, completed_at: null, cancelled_at: earlier(daysFrom(at, 0.5), anchor) };
  return { scheduled_at, completed_at: scheduled_at < anchor ? scheduled_at : null, cancelled_at: null };
}

function interactionRow(scene: Scene, { customer, lead, deal, person, since }: Subject): Row {
  const { faker, story } = scene;
  const type = weighted(faker, { email: 40, call: 30, meeting: 15, note: 15 });
  const [subject, content] = faker.helpers.arrayElement(conversations[type]);
  const createdAt = between(faker, since, story.anchor);
  const times = timesOf(scene, type, createdAt);
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, createdAt),
    customer_id: customer.id,
    lead_id: lead?.id ?? null,
    deal_id: deal?.id ?? null,
    type,
    subject,
    content,
    user_id: person.id,
    ...times,
    metadata: type === 'call' ? { durationMinutes: faker.number.int({ min: 3, max: 45 }) } : {},
    created_at: createdAt,
    updated_at: times.completed_at ?? times.cancelled_at ?? createdAt,
  };
}

/** Conversations about leads and deals, and some about nothing in particular. */
export function interactionRows(scene: Scene, leads: readonly Business[], deals: readonly Business[]): Row[] {
  const { faker, story } = scene;
  const about = (lead: Business | undefined, deal: Business | undefined, { customer, person, createdAt }: Business) =>
    interactionRow(scene, { customer, lead, deal, person, since: createdAt });
  const times = (): null[] => Array.from({ length: faker.number.int({ min: 0, max: 3 }) }, () => null);
  return [
    ...leads.flatMap((lead) => times().map(() => about(lead, undefined, lead))),
    ...deals.flatMap((deal) => times().map(() => about(undefined, deal, deal))),
    ...story.customers.map((customer) =>
      interactionRow(scene, {
        customer,
        lead: undefined,
        deal: undefined,
        person: faker.helpers.arrayElement(story.members),
        since: customer.createdAt,
      }),
    ),
  ];
}
