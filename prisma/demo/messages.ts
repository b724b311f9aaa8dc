import { DAY, between, idAt, weighted, within } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Person } from './story.ts';
import type { Template } from './templates.ts';

/** A message to one person, with what its channel adds and each try to deliver it. */
export interface Message {
  readonly row: Row;
  readonly email: Row | undefined;
  readonly push: Row | undefined;
  readonly sms: Row | undefined;
  readonly attempts: readonly Row[];
}

type Status = 'delivered' | 'sent' | 'failed' | 'bounced' | 'suppressed' | 'cancelled';

const ERRORS: Partial<Record<Status, string>> = {
  failed: 'provider_unavailable',
  bounced: 'mailbox_unknown',
  suppressed: 'opted_out',
};

/** Only mails bounce; what appears in the application itself always arrives. */
function statusOf({ faker }: Scene, channel: string): Status {
  if (channel === 'in_app') return 'delivered';
  const status = weighted(faker, { delivered: 74, sent: 12, failed: 5, bounced: 3, suppressed: 4, cancelled: 2 });
  return status === 'bounced' && channel !== 'email' ? 'failed' : status;
}

/** What happened to a message, and when; none of it after the anchor. */
interface Delivery {
  readonly scene: Scene;
  readonly id: string;
  readonly template: Template;
  readonly person: Person;
  readonly status: Status;
  readonly at: Date;
  readonly doneAt: Date;
  /** Null is withheld. */
  readonly text: string | null;
}

const wasTried = ({ status }: Delivery): boolean => status !== 'suppressed' && status !== 'cancelled';
const wasSent = (delivery: Delivery): boolean => wasTried(delivery) && delivery.status !== 'failed';

function messageRow(delivery: Delivery): Row {
  const {
    scene: { faker, story },
    id,
    template: { id: templateId, wording, publishedVersion },
    person,
    status,
    at,
    doneAt,
    text,
  } = delivery;
  const read = wording.channel === 'in_app' && faker.datatype.boolean(0.6);
  return {
    tenant_id: story.plan.id,
    id,
    user_id: person.id,
    recipient_address: wording.channel === 'email' ? person.email : null,
    channel: wording.channel,
    category: wording.category,
    is_critical: wording.critical,
    status,
    template_id: templateId,
    template_version: publishedVersion,
    template_key: wording.key,
    locale: 'en',
    subject: wording.subject === null ? null : wording.name,
    body: text,
    body_withheld: wording.secret,
    data: {},
    dedupe_key: `${wording.key}:${id}`,
    error_code: ERRORS[status] ?? null,
    scheduled_at: null,
    sent_at: wasSent(delivery) ? doneAt : null,
    delivered_at: status === 'delivered' ? doneAt : null,
    failed_at: status === 'failed' || status === 'bounced' ? doneAt : null,
    read_at: read ? between(faker, doneAt, story.anchor) : null,
    created_at: at,
    updated_at: doneAt,
  };
}

function channelRow({ scene: { faker, story }, id, at, doneAt, template: { wording } }: Delivery): Row {
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    notification_id: id,
    provider: `demo-${wording.channel}`,
    provider_message_id: `${wording.channel}-${faker.string.alphanumeric(12)}`,
    created_at: at,
    updated_at: doneAt,
  };
}

function emailRow(delivery: Delivery): Row {
  const {
    scene: { story },
    template: { wording },
    person,
    status,
    doneAt,
    text,
  } = delivery;
  return {
    ...channelRow(delivery),
    from_address: `no-reply@${story.plan.id}.example`,
    to_address: person.email,
    subject: wording.name,
    text_body: text,
    html_body: text === null ? null : `<p>${text}</p>`,
    headers: {},
    message_id: `<${delivery.id}@${story.plan.id}.example>`,
    bounce_kind: status === 'bounced' ? 'hard' : null,
    bounced_at: status === 'bounced' ? doneAt : null,
  };
}

/** Failures are tried three times. */
function attemptRows({ scene: { faker, story }, id, status, template: { wording }, at, doneAt }: Delivery): Row[] {
  const failed = status === 'failed';
  return Array.from({ length: failed ? 3 : 1 }, (_, index) => {
    const startedAt = new Date(at.getTime() + ((doneAt.getTime() - at.getTime()) * index) / 3);
    return {
      tenant_id: story.plan.id,
      id: idAt(faker, startedAt),
      notification_id: id,
      attempt: index + 1,
      provider: `demo-${wording.channel}`,
      status: failed ? 'failed' : 'succeeded',
      error_code: failed ? 'provider_unavailable' : null,
      error_message: failed ? 'The provider did not answer in time.' : null,
      started_at: startedAt,
      finished_at: failed ? startedAt : doneAt,
      next_retry_at: null,
      created_at: startedAt,
    };
  });
}

/** Fills a template's places with words that could stand there. */
function fill({ faker, story }: Scene, body: string): string {
  const company = story.customers.length === 0 ? story.plan.name : faker.helpers.arrayElement(story.customers).company;
  const values: Record<string, string> = {
    lead: `The lead of ${company}`,
    deal: `The deal with ${company}`,
    company,
    time: '14:00',
    number: 'INV-000042',
    total: `480 ${story.plan.currencies[0]}`,
    due: 'the last of the month',
    leads: '7',
    deals: '3',
    place: 'Berlin',
  };
  return body.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => values[name] ?? '');
}

export function makeMessage(scene: Scene, template: Template, person: Person): Message {
  const { faker, story } = scene;
  const { channel, body, secret } = template.wording;
  const at = within(faker, 90, new Date(story.anchor.getTime() - DAY / 24));
  const doneAt = between(faker, at, new Date(at.getTime() + DAY / 48));
  const delivery: Delivery = {
    scene,
    id: idAt(faker, at),
    template,
    person,
    status: statusOf(scene, channel),
    at,
    doneAt,
    text: secret ? null : fill(scene, body),
  };
  const device = {
    body: delivery.text,
    device_token: `device-${faker.string.alphanumeric(24)}`,
    platform: faker.helpers.arrayElement(['web', 'ios', 'android']),
    title: template.wording.name,
    data: {},
  };
  const number = {
    body: delivery.text,
    from_number: '+12025550100',
    to_number: `+120255501${String(faker.number.int({ min: 10, max: 99 }))}`,
    segments: 1,
  };
  const tried = wasTried(delivery);
  return {
    row: messageRow(delivery),
    email: tried && channel === 'email' ? emailRow(delivery) : undefined,
    push: tried && channel === 'push' ? { ...channelRow(delivery), ...device } : undefined,
    sms: tried && channel === 'sms' ? { ...channelRow(delivery), ...number } : undefined,
    attempts: tried ? attemptRows(delivery) : [],
  };
}
