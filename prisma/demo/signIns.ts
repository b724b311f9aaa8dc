import { DAY, between, daysFrom, digestOf, earlier, idAt, within } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Person } from './story.ts';
import { userAgents } from './words.ts';

/** One sign-in: its session, where that is still known, the tokens exchanged in it, and its events. */
export interface Activity {
  readonly at: Date;
  readonly session: Row | undefined;
  readonly tokens: readonly Row[];
  readonly events: readonly Row[];
}

/** Sessions end after this many days without use, and are then forgotten. */
const SESSION_DAYS = 30;

const SIGN_INS: Readonly<Record<Person['state'], number>> = {
  active: 7,
  locked: 3,
  deactivated: 2,
  invited: 0,
  erased: 0,
};

interface Device {
  readonly ip_address: string;
  readonly user_agent: string;
}

const deviceOf = ({ faker }: Scene): Device => ({
  ip_address: `203.0.113.${String(faker.number.int({ min: 1, max: 254 }))}`,
  user_agent: faker.helpers.arrayElement(userAgents),
});

function eventRow({ story, faker }: Scene, person: Person, device: Device, type: string, at: Date): Row {
  return {
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    user_id: person.id,
    event_type: type,
    ...device,
    metadata: {},
    created_at: at,
  };
}

/** A session is a family of refresh tokens: the first was exchanged for the second, which lives as long as the session. */
function sessionOf(
  { story, faker }: Scene,
  person: Person,
  device: Device,
  at: Date,
  endedAt: Date | null,
): Pick<Activity, 'session' | 'tokens'> {
  const [id, familyId, live] = [idAt(faker, at), idAt(faker, at), digestOf(faker)];
  const usedAt = between(faker, at, endedAt ?? story.anchor);
  const expires_at = daysFrom(usedAt, SESSION_DAYS);
  const token = (createdAt: Date, hash: string, parent: string | null, used: Date | null, revoked: Date | null) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, createdAt),
    user_id: person.id,
    kind: 'refresh',
    token_hash: hash,
    session_id: id,
    family_id: familyId,
    parent_id: parent,
    expires_at: daysFrom(createdAt, SESSION_DAYS),
    used_at: used,
    revoked_at: revoked,
    created_at: createdAt,
  });
  const first = token(at, digestOf(faker), null, usedAt, null);
  return {
    session: {
      tenant_id: story.plan.id,
      id,
      user_id: person.id,
      active_tenant_id: story.plan.id,
      family_id: familyId,
      token_hash: live,
      expires_at,
      ...device,
      is_active: endedAt === null,
      last_used_at: usedAt,
      revoked_at: endedAt,
      revoke_reason: endedAt === null ? null : 'logout',
      created_at: at,
    },
    tokens: [first, token(usedAt, live, first.id, null, endedAt)],
  };
}

function signIn(scene: Scene, person: Person, at: Date, index: number): Activity {
  const {
    faker,
    story: { anchor },
  } = scene;
  const device = deviceOf(scene);
  const failed = faker.datatype.boolean(0.15)
    ? [eventRow(scene, person, device, 'failed_login', new Date(at.getTime() - 20_000))]
    : [];
  const login = eventRow(scene, person, device, 'login', at);
  const recent = anchor.getTime() - at.getTime() < SESSION_DAYS * DAY;
  // The first of them is still signed in; the others have logged out.
  const endedAt =
    index === 0 && recent && person.state === 'active' ? null : between(faker, at, earlier(daysFrom(at, 7), anchor));
  const kept = recent ? sessionOf(scene, person, device, at, endedAt) : { session: undefined, tokens: [] };
  const logout = endedAt === null ? [] : [eventRow(scene, person, device, 'logout', endedAt)];
  return { at, ...kept, events: [...failed, login, ...logout] };
}

/** What a person's sign-ins of the last 90 days have left behind. */
export function activityOf(scene: Scene, person: Person): Activity[] {
  const count = SIGN_INS[person.state];
  const last = person.state === 'active' ? scene.story.anchor : daysFrom(scene.story.anchor, -61);
  return Array.from({ length: count }, (_, index) =>
    signIn(scene, person, within(scene.faker, index === 0 ? 10 : 28, daysFrom(last, index * -10)), index),
  );
}

/** The latest of a person's sign-ins; null for who has never come. */
export function lastLoginOf(activity: readonly Activity[]): Date | null {
  return activity.length === 0 ? null : new Date(Math.max(...activity.map(({ at }) => at.getTime())));
}
