/** What the tests of NOTIFICATIONS share: its mutations as the demo accounts send them. */
import { signIn, sql, type Account } from '../../../platform/test/kit.ts';
import { fresh, mutationsOf } from '../../../platform/test/mutations.ts';

interface Nouns {
  readonly notification: {
    readonly id: string;
    readonly tenant: { readonly id: string };
    readonly user: { readonly id: string } | null;
    readonly channel: string;
    readonly category: string;
    readonly status: string;
    readonly templateKey: string | null;
    readonly locale: string;
    readonly subject: string | null;
    readonly isCritical: boolean;
    readonly scheduledAt: string | null;
    readonly readAt: string | null;
  };
  readonly notificationTemplate: {
    readonly id: string;
    readonly key: string;
    readonly locale: string;
    readonly subject: string | null;
    readonly body: string;
    readonly variables: readonly object[];
    readonly status: string;
    readonly version: number;
    readonly publishedVersion: number | null;
  };
  readonly notificationPreference: {
    readonly id: string;
    readonly category: string;
    readonly channel: string;
    readonly isEnabled: boolean;
    readonly frequency: string;
    readonly version: number;
  };
  readonly pushSubscription: {
    readonly id: string;
    readonly service: string;
    readonly label: string | null;
    readonly user: { readonly id: string };
  };
  readonly deletedId: string;
}

export const { change, done, refusal, denial } = mutationsOf<Nouns>({
  selections: {
    notification:
      'notification { id tenant { id } user { id } channel category status templateKey locale subject isCritical scheduledAt readAt }',
    notificationTemplate:
      'notificationTemplate { id key locale subject body variables status version publishedVersion }',
    notificationPreference: 'notificationPreference { id category channel isEnabled frequency version }',
    pushSubscription: 'pushSubscription { id service label user { id } }',
  },
});

/** The id of a demo account's user. */
export const userIdOf = async (account: Account): Promise<string> => (await signIn(account)).user.id;

/** Makes and publishes a template of acme, and gives its key. */
export async function publish(draft: object = {}): Promise<string> {
  const key = fresh('template');
  const words = { channel: 'IN_APP', name: 'A test', body: 'Hello {{ name }}', variables: [{ name: 'name' }] };
  const input = { tenantId: 'acme', key, ...words, ...draft };
  const { id } = await done('notificationTemplate', 'admin', 'notificationTemplateCreate', input);
  await done('notificationTemplate', 'admin', 'notificationTemplatePublish', { id });
  return key;
}

/** A message's row as the database has it. */
export async function stored<Row extends object>(id: string, columns: string): Promise<Row> {
  const [row] = await sql<Row>('notifications', `SELECT ${columns} FROM notifications WHERE id = $1`, [id]);
  if (row === undefined) throw new Error(`there is no notification ${id}`);
  return row;
}
