import { daysFrom, earlier, idAt, within } from './random.ts';
import type { Row, Scene } from './scene.ts';
import { userAgents } from './words.ts';

/** One event of a visitor. */
export interface Visit {
  readonly sessionId: string;
  readonly name: string;
  readonly page: string;
  readonly at: Date;
  readonly row: Row;
}

/** The way to a purchase; each visitor leaves it somewhere. */
export const FUNNEL = ['page_view', 'product_view', 'signup_started', 'signup_completed', 'purchase'] as const;

const PAGES = ['/home', '/products', '/blog', '/about', '/contact'] as const;
const PLACES = [
  ['DE', 'Berlin'],
  ['US', 'Chicago'],
  ['JP', 'Osaka'],
  ['BH', 'Manama'],
  ['GB', 'Leeds'],
  ['FR', 'Lyon'],
] as const;
/** In the order of `userAgents`. */
const DEVICES = [
  ['desktop', 'Chrome', 'Windows'],
  ['desktop', 'Safari', 'macOS'],
  ['desktop', 'Firefox', 'Linux'],
  ['mobile', 'Safari', 'iOS'],
  ['mobile', 'Chrome', 'Android'],
] as const;
const REFERRERS = [
  null,
  null,
  'https://search.example/',
  'https://news.example/weekly',
  'https://social.example/',
] as const;

/** What all events of a session have in common. */
function visitorOf({ faker, story }: Scene): Row {
  const [country, city] = faker.helpers.arrayElement(PLACES);
  const device = faker.number.int({ max: DEVICES.length - 1 });
  const [device_type, browser, os] = DEVICES[device] ?? DEVICES[0];
  return {
    tenant_id: story.plan.id,
    // Most visitors have no account.
    user_id: faker.datatype.boolean(0.1) ? faker.helpers.arrayElement(story.members).id : null,
    referrer: faker.helpers.arrayElement(REFERRERS),
    ip_address: `198.51.${String(faker.number.int({ max: 255 }))}.0`,
    user_agent: userAgents[device] ?? userAgents[0],
    country,
    city,
    device_type,
    browser,
    os,
  };
}

/** How far a visitor goes: several pages, then some steps of the funnel. */
function namesOf({ faker }: Scene): string[] {
  const views = Array.from({ length: faker.number.int({ min: 1, max: 4 }) }, () => FUNNEL[0]);
  const steps = FUNNEL.slice(1).slice(0, Math.floor(faker.number.float() ** 2 * FUNNEL.length));
  return [...views, ...steps];
}

/** One session of the last 90 days. */
export function visit(scene: Scene): Visit[] {
  const {
    faker,
    story: { plan, anchor },
  } = scene;
  let at = within(faker, 90, daysFrom(anchor, -0.05));
  const [visitor, sessionId] = [visitorOf(scene), idAt(faker, at)];
  return namesOf(scene).map((name): Visit => {
    at = earlier(new Date(at.getTime() + faker.number.int({ min: 2_000, max: 90_000 })), anchor);
    const page = name === 'page_view' ? faker.helpers.arrayElement(PAGES) : '/products';
    const id = idAt(faker, at);
    const row = {
      ...visitor,
      id,
      message_id: `m-${id}`,
      session_id: sessionId,
      event_name: name,
      event_data: name === 'purchase' ? { items: faker.number.int({ min: 1, max: 4 }) } : {},
      page_url: `https://www.${plan.id}.example${page}`,
      page_title: `${page.slice(1)} | ${plan.name}`,
      created_at: at,
      received_at: at,
    };
    return { sessionId, name, page, at, row };
  });
}
