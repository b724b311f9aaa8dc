import type { ContentKind } from './contentTypes.ts';
import { between, daysFrom, earlier, idAt, weighted, within } from './random.ts';
import type { Row, Scene } from './scene.ts';
import type { Person } from './story.ts';

/** An item of content with all its versions; the row is the draft, which equals the last of them. */
export interface ContentItem {
  readonly id: string;
  readonly typeId: string;
  readonly title: string;
  readonly author: Person;
  readonly createdAt: Date;
  readonly row: Row;
  readonly versions: readonly Row[];
}

export const slugify = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

interface Draft {
  readonly title: string;
  readonly slug: string;
  readonly data: Row;
  readonly seo_data: Row;
  readonly at: Date;
}

/** The item as it was saved each time: the body is worked on, the name stays. */
function draftsOf({ faker, story }: Scene, kind: ContentKind, index: number, createdAt: Date): [Draft, ...Draft[]] {
  const title = kind.title(faker);
  const slug = `${slugify(title)}-${String(index + 1)}`;
  const seo_data = {
    title: `${title} | ${story.plan.name}`,
    description: `${title}, explained by ${story.plan.name}.`,
  };
  const draft = (at: Date): Draft => ({ title, slug, data: kind.data(faker, title), seo_data, at });
  const drafts: [Draft, ...Draft[]] = [draft(createdAt)];
  let at = createdAt;
  for (let more = faker.number.int({ max: 3 }); more > 0; more -= 1) {
    at = between(faker, at, earlier(daysFrom(at, 20), story.anchor));
    drafts.push(draft(at));
  }
  return drafts;
}

/** Which version is public: often the last, sometimes one before it, with the last as a draft. */
function publicationOf({ faker }: Scene, drafts: readonly [Draft, ...Draft[]]): Row {
  const status = weighted(faker, { published: 65, draft: 25, archived: 10 });
  if (status === 'draft') return { status, published_at: null, published_version: null };
  const version = faker.datatype.boolean(0.75) ? drafts.length : 1;
  const published_at = (drafts[version - 1] ?? drafts[0]).at;
  return { status, published_at, published_version: status === 'published' ? version : null };
}

export function makeItem(scene: Scene, kind: ContentKind, typeId: string, index: number): ContentItem {
  const { faker, story } = scene;
  const tenant_id = story.plan.id;
  const createdAt = within(faker, 300, story.anchor);
  const drafts = draftsOf(scene, kind, index, createdAt);
  const { title, slug, data, seo_data, at } = drafts.at(-1) ?? drafts[0];
  const author = faker.helpers.arrayElement(story.members);
  const id = idAt(faker, createdAt);
  return {
    id,
    typeId,
    title,
    author,
    createdAt,
    row: {
      tenant_id,
      content_type_id: typeId,
      id,
      title,
      slug,
      data,
      ...publicationOf(scene, drafts),
      author_id: author.id,
      version: drafts.length,
      parent_id: null,
      seo_data,
      created_at: createdAt,
      updated_at: at,
    },
    versions: drafts.map((draft, place) => ({
      tenant_id,
      content_type_id: typeId,
      id: idAt(faker, draft.at),
      item_id: id,
      version: place + 1,
      title,
      slug,
      data: draft.data,
      seo_data,
      author_id: author.id,
      restored_from: null,
      created_at: draft.at,
    })),
  };
}
