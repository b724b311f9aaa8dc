import { makeMessage, type Message } from '../demo/messages.ts';
import { daysFrom, idAt } from '../demo/random.ts';
import { recordsOf, type Fact } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';
import { makeTemplate, platformWordings, tenantWordings, type Template, type Wording } from '../demo/templates.ts';

import { events } from './events.ts';

/** What some people want otherwise than everybody. */
const WISHES = [
  { category: 'reports', channel: 'email', is_enabled: true, frequency: 'weekly' },
  { category: 'sales', channel: 'push', is_enabled: false, frequency: 'immediate' },
  { category: 'all', channel: 'sms', is_enabled: false, frequency: 'immediate' },
  { category: 'billing', channel: 'all', is_enabled: true, frequency: 'daily' },
] as const;

function preferenceRows({ faker, story }: Scene): Row[] {
  return story.members.flatMap((person, index) =>
    [WISHES[index % WISHES.length] ?? WISHES[0]].map((wish) => {
      const at = daysFrom(person.createdAt, 3);
      return {
        tenant_id: story.plan.id,
        id: idAt(faker, at),
        user_id: person.id,
        ...wish,
        created_at: at,
        updated_at: at,
      };
    }),
  );
}

/** Addresses outside the tenant that are no longer written to. */
function suppressionRows({ faker, story }: Scene): Row[] {
  const reasons = ['bounce', 'complaint', 'unsubscribe'] as const;
  return story.customers.slice(-3).map(({ email }, index) => {
    const at = daysFrom(story.anchor, -20 - index);
    return {
      tenant_id: story.plan.id,
      id: idAt(faker, at),
      channel: 'email',
      address: email,
      reason: reasons[index] ?? 'manual',
      expires_at: null,
      created_at: at,
    };
  });
}

/** A browser that is gone: the demo sends nothing to anybody's. */
function subscriptionRows({ faker, story }: Scene): Row[] {
  const [person] = story.members;
  const at = daysFrom(person.createdAt, 5);
  return [
    {
      tenant_id: story.plan.id,
      id: idAt(faker, at),
      user_id: person.id,
      endpoint: `https://push.example/${faker.string.alphanumeric(40)}`,
      p256dh: `B${faker.string.alphanumeric(86)}`,
      auth: faker.string.alphanumeric(22),
      service: 'push.example',
      label: 'Old laptop',
      expired_at: daysFrom(at, 10),
      created_at: at,
      updated_at: daysFrom(at, 10),
    },
  ];
}

function factsOf({ story, platform }: Scene, templates: readonly Template[]): Fact<typeof events>[] {
  return templates.map(({ id, wording }): Fact<typeof events> => ({
    at: daysFrom(story.createdAt, 1),
    actor: platform.members[0],
    role: 'superadmin',
    action: 'notificationTemplateCreate',
    event: { type: 'notificationTemplate.created', payload: { templateId: id } },
    type: 'NotificationTemplate',
    id,
    after: { id, key: wording.key, channel: wording.channel },
  }));
}

function* seedWith(scene: Scene, wordings: readonly Wording[]): Generator<Step> {
  const { faker, story } = scene;
  const templates = wordings.map((wording, index) => makeTemplate(scene, wording, index));
  const count = 6 + Math.ceil(story.customers.length * 1.5);
  const messages: Message[] = Array.from({ length: count }, (_, index) =>
    makeMessage(
      scene,
      templates[index % templates.length] ?? faker.helpers.arrayElement(templates),
      faker.helpers.arrayElement(story.members),
    ),
  );

  yield { table: 'notification_templates', rows: templates.map(({ row }) => row) };
  yield { table: 'notification_template_versions', rows: templates.flatMap(({ versions }) => versions) };
  yield { table: 'notifications', rows: messages.map(({ row }) => row) };
  yield { table: 'emails', rows: messages.map(({ email }) => email).filter((row) => row !== undefined) };
  yield { table: 'push_messages', rows: messages.map(({ push }) => push).filter((row) => row !== undefined) };
  yield { table: 'sms_messages', rows: messages.map(({ sms }) => sms).filter((row) => row !== undefined) };
  yield { table: 'delivery_attempts', rows: messages.flatMap(({ attempts }) => attempts) };
  yield { table: 'notification_preferences', rows: preferenceRows(scene) };
  yield { table: 'notification_suppressions', rows: suppressionRows(scene) };
  yield { table: 'push_subscriptions', rows: subscriptionRows(scene) };
  yield* recordsOf(scene, events, factsOf(scene, templates));
}

/** Messages of the last 90 days over every channel; none waits to be sent, so that the demo sends nothing. */
export const seed: DomainSeed = {
  tenant: (scene) => seedWith(scene, tenantWordings),
  platform: (scene) => seedWith(scene, platformWordings),
};
