import { directorySteps } from '../demo/directory.ts';
import { platformRoles, roleSteps } from '../demo/roles.ts';
import { between, daysFrom, digestOf, earlier, idAt } from '../demo/random.ts';
import { recordsOf } from '../demo/records.ts';
import type { DomainSeed, Row, Scene, Step } from '../demo/scene.ts';
import { activityOf, lastLoginOf, type Activity } from '../demo/signIns.ts';
import type { Person } from '../demo/story.ts';

import { events } from './events.ts';

/** A digest in Argon2's form that was made of no password: who is not a demo account cannot log in. */
function unknownPassword({ faker }: Scene): string {
  const salt = faker.string.alphanumeric(22);
  return `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${faker.string.alphanumeric(43)}`;
}

function passwordOf(scene: Scene, person: Person): string {
  if (person.state === 'invited' || person.state === 'erased') return '!';
  const accounts = scene.story === scene.platform ? 2 : 1;
  return scene.story.users.indexOf(person) < accounts ? scene.passwordHash : unknownPassword(scene);
}

function roleOf({ story, platform }: Scene, person: Person): string {
  if (story !== platform) return 'client';
  return person === story.users[0] ? 'superadmin' : 'admin';
}

/** Who was erased keeps the row, so that history still points somewhere, and nothing personal. */
function nameOf({ id, email, firstName, lastName, state }: Person): Row {
  if (state === 'erased') return { email: `${id}@erased.invalid`, first_name: null, last_name: null };
  return { email, first_name: firstName, last_name: lastName };
}

function userRow(scene: Scene, person: Person, activity: readonly Activity[]): Row {
  const {
    faker,
    story: { plan, anchor },
  } = scene;
  const { id, state, createdAt } = person;
  const gone = state === 'deactivated' || state === 'erased';
  const deactivated = gone ? between(faker, daysFrom(anchor, -60), daysFrom(anchor, -30)) : null;
  return {
    tenant_id: plan.id,
    id,
    ...nameOf(person),
    password_hash: passwordOf(scene, person),
    role: roleOf(scene, person),
    is_active: !gone,
    email_verified: state !== 'invited',
    last_login: lastLoginOf(activity),
    failed_logins: state === 'locked' ? 10 : 0,
    locked_until: state === 'locked' ? daysFrom(anchor, 30) : null,
    password_changed_at: state === 'invited' ? null : createdAt,
    deactivated_at: deactivated,
    erased_at: state === 'erased' ? deactivated : null,
    created_at: createdAt,
    updated_at: deactivated ?? createdAt,
  };
}

/** The link by which each person came in, and one forgotten password. */
function linkRows({ story, faker }: Scene): Row[] {
  const link = (person: Person, kind: string, at: Date, days: number, used: Date | null) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, at),
    user_id: person.id,
    kind,
    token_hash: digestOf(faker),
    session_id: null,
    family_id: null,
    parent_id: null,
    expires_at: daysFrom(at, days),
    used_at: used,
    revoked_at: null,
    created_at: at,
  });
  const rows = story.users.map((person) =>
    link(
      person,
      'invitation',
      person.createdAt,
      7,
      person.state === 'invited' ? null : daysFrom(person.createdAt, 0.2),
    ),
  );
  const verified = story.members.map((person) =>
    link(person, 'email_verification', daysFrom(person.createdAt, 0.2), 1, daysFrom(person.createdAt, 0.3)),
  );
  const [first] = story.members;
  const forgot = earlier(daysFrom(first.createdAt, 20), story.anchor);
  return [...rows, ...verified, link(first, 'password_reset', forgot, 0.04, daysFrom(forgot, 0.01))];
}

function* people(scene: Scene): Generator<Step> {
  const { story, platform } = scene;
  const known = story.users.map((person) => ({ person, signIns: activityOf(scene, person) }));
  const activity = known.flatMap(({ signIns }) => signIns);
  yield { table: 'users', rows: known.map(({ person, signIns }) => userRow(scene, person, signIns)) };
  yield { table: 'sessions', rows: activity.map(({ session }) => session).filter((session) => session !== undefined) };
  yield { table: 'tokens', rows: [...linkRows(scene), ...activity.flatMap(({ tokens }) => tokens)] };
  yield { table: 'auth_events', rows: activity.flatMap(({ events }) => events) };
  yield* roleSteps(scene);
  yield* recordsOf(
    scene,
    events,
    story.users.slice(0, 5).map((person) => ({
      at: person.createdAt,
      actor: platform.members[0],
      role: 'superadmin',
      action: 'userCreate',
      event: { type: 'user.created', payload: { userId: person.id, role: roleOf(scene, person) } },
      type: 'User',
      id: person.id,
      after: { id: person.id, tenantId: story.plan.id, role: roleOf(scene, person) },
    })),
  );
}

/** Users with their sessions, tokens and sign-ins; the staff come with the roles that all may be given. */
export const seed: DomainSeed = {
  *tenant(scene) {
    yield* directorySteps(scene);
    yield* people(scene);
  },
  *platform(scene) {
    yield { table: 'roles', rows: platformRoles(scene.platform) };
    yield* people(scene);
  },
};
