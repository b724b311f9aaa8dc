import { daysFrom, idAt } from './random.ts';
import type { Row, Scene } from './scene.ts';

export type Channel = 'email' | 'sms' | 'push' | 'in_app';

/** A kind of message, and its words. */
export interface Wording {
  readonly key: string;
  readonly channel: Channel;
  readonly category: string;
  readonly name: string;
  readonly subject: string | null;
  readonly body: string;
  readonly variables: readonly string[];
  readonly critical: boolean;
  /** A body with a link that lets its reader in is not kept. */
  readonly secret: boolean;
}

const wording = (
  key: string,
  channel: Channel,
  category: string,
  name: string,
  subject: string | null,
  body: string,
  variables: readonly string[],
): Wording => ({
  key,
  channel,
  category,
  name,
  subject,
  body,
  variables,
  critical: false,
  secret: false,
});

export const tenantWordings: readonly Wording[] = [
  wording('lead_assigned', 'in_app', 'sales', 'A lead was assigned to you', null, '{{ lead }} is yours now.', ['lead']),
  wording('deal_won', 'push', 'sales', 'A deal was won', 'A deal was won', '{{ deal }} was won. Well done!', ['deal']),
  wording(
    'invoice_issued',
    'email',
    'billing',
    'An invoice was issued',
    'Your invoice {{ number }}',
    'Invoice {{ number }} over {{ total }} is due on {{ due }}.',
    ['number', 'total', 'due'],
  ),
  wording(
    'weekly_report',
    'email',
    'reports',
    'The weekly report',
    'Your week at a glance',
    'You have {{ leads }} open leads and {{ deals }} open deals.',
    ['leads', 'deals'],
  ),
  wording(
    'meeting_reminder',
    'sms',
    'calendar',
    'A meeting is near',
    null,
    'Your meeting with {{ company }} begins at {{ time }}.',
    ['company', 'time'],
  ),
];

/** The platform's own, which nobody can opt out of. */
export const platformWordings: readonly Wording[] = [
  {
    ...wording(
      'password_reset',
      'email',
      'security',
      'Reset of a password',
      'Set a new password',
      'Set a new password within the hour: {{ link }}',
      ['link'],
    ),
    critical: true,
    secret: true,
  },
  {
    ...wording(
      'invitation',
      'email',
      'security',
      'Invitation',
      'You are invited',
      'You are invited to {{ tenant }}: {{ link }}',
      ['tenant', 'link'],
    ),
    critical: true,
    secret: true,
  },
  {
    ...wording(
      'new_sign_in',
      'email',
      'security',
      'A new sign-in',
      'A new sign-in to your account',
      'Someone signed in from {{ place }}.',
      ['place'],
    ),
    critical: true,
    secret: false,
  },
];

/** A template that has been published, and which is now edited further where `edited`. */
export interface Template {
  readonly id: string;
  readonly wording: Wording;
  readonly publishedVersion: number;
  readonly row: Row;
  readonly versions: readonly Row[];
}

export function makeTemplate({ faker, story }: Scene, text: Wording, index: number): Template {
  const { key, channel, category, name, subject, body, variables, critical } = text;
  const createdAt = daysFrom(story.createdAt, 1);
  const id = idAt(faker, createdAt);
  const publishedVersion = 1 + (index % 2);
  const edited = index % 3 === 2;
  const version = (place: number): Row => ({
    tenant_id: story.plan.id,
    template_id: id,
    version: place,
    subject,
    body,
    variables,
    published_by: story.members[0].id,
    created_at: daysFrom(createdAt, place),
  });
  return {
    id,
    wording: text,
    publishedVersion,
    row: {
      tenant_id: story.plan.id,
      id,
      key,
      channel,
      locale: 'en',
      name,
      description: null,
      category,
      is_critical: critical,
      subject,
      body: edited ? `${body} Thank you.` : body,
      variables,
      status: 'published',
      version: publishedVersion + (edited ? 1 : 0),
      published_version: publishedVersion,
      created_at: createdAt,
      updated_at: daysFrom(createdAt, publishedVersion),
    },
    versions: Array.from({ length: publishedVersion }, (_, place) => version(place + 1)),
  };
}
